-- What a key is restricted to; null: its role alone decides.
alter table api_keys add column scopes text[]
  check (scopes is null or (tenant_id is not null and cardinality(scopes) between 1 and 50));
-- As in 0002: its list of columns was that of the day.
create or replace function attune_find_api_key(wanted text) returns setof api_keys
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select * from api_keys where id = wanted;
end;
drop trigger count_version on api_keys;
create trigger count_version before update of name, role, secret_sha256, expires_at, scopes on api_keys
  for each row execute function attune_count_version();
