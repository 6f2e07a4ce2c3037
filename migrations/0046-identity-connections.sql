-- Sign-in by OpenID Connect: the identity providers, and which of their claims give which role.

-- The only role that reads the clients' secrets and the key that seals them.
do $$
begin
  create role attune_sign_in nologin;
exception when duplicate_object or unique_violation then
  null;
end;
$$;
grant usage on schema public to attune_sign_in;

create table identity_connections (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,49}$'),
  -- null: the platform's, whose mappings may name every tenant. Of a tenant: they may name no other.
  tenant_id text references tenants (tenant_id) on delete cascade,
  label text not null check (length(label) between 1 and 100),
  issuer text not null check (length(issuer) between 8 and 255),
  client_id text not null check (length(client_id) between 1 and 255),
  -- Sealed with the key of identity_sealing_keys. null: a public client, or the secret is in the environment.
  client_secret bytea check (length(client_secret) <= 4096),
  has_client_secret boolean not null default false,
  -- How often the secret changed: the audit log shows this in its place.
  credential_version integer not null default 0,
  scopes text[] not null check (cardinality(scopes) between 1 and 20),
  -- The dotted path of the claim that mappings read unless they name another.
  claim text not null check (length(claim) between 1 and 200),
  is_enabled boolean not null default true,
  -- The one connection of OIDC_ISSUER.
  is_from_environment boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (not is_from_environment or tenant_id is null),
  check (client_secret is null or has_client_secret)
);
create unique index identity_connections_of_environment on identity_connections (is_from_environment) where is_from_environment;
create index identity_connections_by_tenant on identity_connections (tenant_id);
select attune_isolate_by_tenant('identity_connections');

create table identity_mappings (
  id text primary key default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  connection_id text not null references identity_connections (id) on delete cascade,
  -- null: the connection's claim.
  claim text check (length(claim) between 1 and 200),
  -- With * at its end: every value that begins with the rest.
  value text not null check (length(value) between 1 and 500),
  role text not null check (role in ('member', 'tenant_admin', 'platform_reader', 'platform_admin')),
  tenant_id text references tenants (tenant_id) on delete cascade,
  created_at timestamptz not null default now(),
  check ((role like 'platform_%') = (tenant_id is null)),
  unique nulls not distinct (connection_id, claim, value, role, tenant_id)
);
create index identity_mappings_by_tenant on identity_mappings (tenant_id);
select attune_isolate_by_tenant('identity_mappings');

-- The key that seals clients' secrets and the cookies of sign-ins, so that every replica can open what another one sealed.
create table identity_sealing_keys (
  id text primary key default 'all' check (id = 'all'),
  secret bytea not null check (length(secret) = 32),
  created_at timestamptz not null default now()
);

-- What may be used only once: states of sign-ins, and the tokens by which providers end sessions.
create table identity_used_tokens (
  digest bytea primary key check (length(digest) = 32),
  expires_at timestamptz not null
);
create index identity_used_tokens_by_expiry on identity_used_tokens (expires_at);

do $$
declare
  own text;
begin
  foreach own in array array['identity_sealing_keys', 'identity_used_tokens'] loop
    execute format('alter table %I enable row level security', own);
    execute format('alter table %I force row level security', own);
    execute format('create policy sign_in_works on %I to attune_sign_in using (true) with check (true)', own);
  end loop;
end;
$$;
create policy sign_in_reads on identity_connections for select to attune_sign_in using (true);
create policy sign_in_reads on identity_mappings for select to attune_sign_in using (true);

-- All columns but the secret. Tenants have no right to any of this.
grant select (id, tenant_id, label, issuer, client_id, has_client_secret, credential_version, scopes, claim, is_enabled, is_from_environment,
    created_at, updated_at),
  insert (id, tenant_id, label, issuer, client_id, client_secret, has_client_secret, scopes, claim, is_enabled, is_from_environment),
  update (label, issuer, client_id, client_secret, has_client_secret, scopes, claim, is_enabled, updated_at), delete
  on identity_connections to attune_platform;
grant select, insert (connection_id, claim, value, role, tenant_id), delete on identity_mappings to attune_platform;
grant select on identity_connections, identity_mappings to attune_sign_in;
grant select, insert (secret) on identity_sealing_keys to attune_sign_in;
grant select, insert, delete on identity_used_tokens to attune_sign_in;
-- Every transaction of the product asks what it fed to the caches; this one feeds nothing.
grant select on change_feed to attune_sign_in;
grant execute on function attune_current_tenant() to attune_sign_in;

create function attune_count_client_secrets() returns trigger
  language plpgsql
as $$
begin
  new.credential_version := old.credential_version + 1;
  return new;
end;
$$;
revoke execute on function attune_count_client_secrets() from public;
create trigger count_client_secrets before update of client_secret on identity_connections
  for each row when (new.client_secret is distinct from old.client_secret) execute function attune_count_client_secrets();

select attune_audit('identity_connections', 'identity_connection', 'id', '{}', '{client_secret, has_client_secret, updated_at}');
select attune_audit('identity_mappings', 'identity_mapping', 'id');
