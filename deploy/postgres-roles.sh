#!/bin/sh
# Runs once, when the postgres volume is new: the database, its owner, and the application's login.
# The login inherits nothing and owns nothing; the migrations let it take the roles that it needs.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv app_password ATTUNE_APP_PASSWORD
\getenv owner_password ATTUNE_OWNER_PASSWORD
CREATE ROLE attune_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE ROLE attune_app LOGIN NOINHERIT PASSWORD :'app_password';
CREATE DATABASE attune OWNER attune_owner;
\connect attune
CREATE EXTENSION vector;
SQL
