-- When the identity provider asked the person to prove who they are; null where it does not say. A provider that still knows the person
-- signs in without asking, so this may be long before the session.
alter table sessions add column authenticated_at timestamptz;
-- Its columns were fixed when it was made.
create or replace function attune_find_session(wanted text) returns setof sessions
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select * from sessions where id = wanted and revoked_at is null;
end;
