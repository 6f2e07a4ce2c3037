-- Keys of the platform that may only read.
alter table api_keys drop constraint api_keys_role_check;
alter table api_keys add constraint api_keys_role_check
  check (role in ('member', 'tenant_admin', 'platform_admin', 'platform_reader'));
alter table api_keys drop constraint api_keys_check;
alter table api_keys add constraint api_keys_check
  check ((role in ('platform_admin', 'platform_reader')) = (tenant_id is null));

-- Who made a key, who made that one's maker, and so on. The maker of a key has seen its secret and can act with it, so an approval is
-- refused where one of them is on both sides. A key that was revoked meanwhile stays in the list.
alter table api_keys add column makers text[] not null default '{}';
-- As in 0002: its list of columns was that of the day.
create or replace function attune_find_api_key(wanted text) returns setof api_keys
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select * from api_keys where id = wanted;
end;
-- The makers of the requester's key when the request was made: the key may be gone at the time of the decision.
alter table change_requests add column requester_makers text[] not null default '{}';

-- The makers of a key that exists, or existed; of every other actor none.
create function attune_makers_of(made_key text) returns text[]
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select coalesce(
    (select makers from api_keys where made_key like 'key:%' and id = substr(made_key, 5)),
    (select array(select jsonb_array_elements_text(after -> 'makers')) from audit_log
      where action = 'key.create' and made_key like 'key:%' and target = substr(made_key, 5) and jsonb_typeof(after -> 'makers') = 'array'
      order by id desc limit 1),
    '{}');
end;
alter function attune_makers_of(text) owner to attune_definer;

create function attune_stamp_makers() returns trigger
  language plpgsql
as $$
begin
  if tg_table_name = 'api_keys' then
    new.makers := new.created_by || attune_makers_of(new.created_by);
  else
    new.requester_makers := attune_makers_of(new.requested_by);
  end if;
  return new;
end;
$$;
revoke execute on function attune_makers_of(text), attune_stamp_makers() from public;
grant execute on function attune_makers_of(text), attune_stamp_makers() to attune_tenant, attune_platform;

-- The keys and requests that exist. The audit log still knows the makers of keys that were revoked. The owner sees rows only while
-- row-level security is not forced. The triggers are off, because filling in is not an act for the audit log.
alter table api_keys no force row level security;
alter table change_requests no force row level security;
alter table audit_log no force row level security;
alter table api_keys disable trigger user;
alter table change_requests disable trigger user;
with recursive made (key, maker) as (
  select 'key:' || id, created_by from api_keys
  union
  select 'key:' || target, actor from audit_log where action = 'key.create'
), chain (key, makers, last) as (
  select key, array[maker], maker from made
  union all
  select c.key, c.makers || m.maker, m.maker from chain c join made m on m.key = c.last where m.maker <> all (c.makers)
), longest as (
  select distinct on (key) key, makers from chain order by key, cardinality(makers) desc
), filled as (
  update api_keys k set makers = l.makers from longest l where l.key = 'key:' || k.id
)
update change_requests r set requester_makers = l.makers from longest l where l.key = r.requested_by;
alter table api_keys enable trigger user;
alter table change_requests enable trigger user;
alter table api_keys force row level security;
alter table change_requests force row level security;
alter table audit_log force row level security;

create trigger stamp_makers before insert on api_keys for each row execute function attune_stamp_makers();
create trigger stamp_makers before insert on change_requests for each row execute function attune_stamp_makers();

-- A request to stop asking for approval changes the tenant and makes no version of its configuration.
alter table change_requests drop constraint change_requests_kind_check;
alter table change_requests add constraint change_requests_kind_check check (kind in
  ('update', 'rollback', 'bulk_update', 'bulk_revert', 'change_request', 'rollout', 'apply', 'tenant_update'));
alter table change_requests drop constraint change_requests_check3;
alter table change_requests add constraint change_requests_applied_version_check
  check ((state = 'applied' and kind <> 'tenant_update') = (applied_version is not null));

-- `attune keys` works as the owner of the database, who takes the platform's role for it.
do $$
begin
  execute format('grant attune_platform to %I', current_user);
end;
$$;
