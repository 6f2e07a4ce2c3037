create table tenant_configurations (
  tenant_id text primary key references tenants (tenant_id) on delete cascade,
  -- Only what was set for the tenant itself; every other setting comes from the layers below.
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) < 65536),
  -- setting -> 'tenant_admin' | 'platform_admin' | 'code': who set it last.
  set_by jsonb not null default '{}' check (jsonb_typeof(set_by) = 'object'),
  override_allowed boolean not null default true,
  version bigint not null default 1 check (version > 0),
  last_modified_by_role text not null default 'system',
  updated_by text not null default 'system',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
select attune_isolate_by_tenant('tenant_configurations');

-- No foreign key: the history of a deleted tenant stays, and keeps its id from being used again.
create table tenant_configuration_history (
  tenant_id text not null,
  version bigint not null check (version > 0),
  action text not null check (action in
    ('create', 'update', 'rollback', 'bulk_update', 'bulk_revert', 'change_request', 'rollout', 'apply', 'sql', 'delete')),
  changed_by text not null,
  changed_by_role text not null,
  changed_at timestamptz not null,
  reason text check (length(reason) <= 500),
  bulk_id text,
  from_version bigint,
  -- null once the tenant was deleted; the digest stays, so that the chain still verifies.
  settings jsonb,
  settings_sha256 bytea not null,
  set_by jsonb,
  override_allowed boolean not null,
  transaction_id xid8 not null default pg_current_xact_id(),
  previous_hash bytea,
  hash bytea not null,
  primary key (tenant_id, version)
);
select attune_isolate_by_tenant('tenant_configuration_history');

-- One entry's hash over everything in it but the settings' text, which its digest stands for, and over the entry before.
create function attune_history_hash(entry tenant_configuration_history) returns bytea
  language sql stable
  return sha256(convert_to(jsonb_build_array(
    entry.tenant_id, entry.version, entry.action, entry.changed_by, entry.changed_by_role,
    (extract(epoch from entry.changed_at) * 1000000)::bigint, entry.reason, entry.bulk_id, entry.from_version,
    encode(entry.settings_sha256, 'hex'), entry.override_allowed, encode(entry.previous_hash, 'hex'))::text, 'UTF8'));

create function attune_local(name text) returns text
  language sql stable
  return nullif(current_setting('app.' || name, true), '');

create function attune_actor() returns text
  language sql stable
  return coalesce(attune_local('actor'), 'db:' || session_user);

-- Plain SQL names no role: whoever reaches the table that way stands where the platform's admins stand.
create function attune_actor_role() returns text
  language sql stable
  return coalesce(attune_local('actor_role'), 'platform_admin');

-- Gives every change its version, its author and, per setting, who set it. A change that changes nothing is none.
create function attune_stamp_configuration() returns trigger
  language plpgsql
as $$
begin
  if new.tenant_id <> old.tenant_id then
    raise exception 'a configuration cannot be moved to another tenant';
  end if;
  if new.settings = old.settings and new.override_allowed = old.override_allowed then
    return null;
  end if;
  new.version := old.version + 1;
  new.created_at := old.created_at;
  new.updated_at := clock_timestamp();
  new.updated_by := attune_actor();
  new.last_modified_by_role := attune_actor_role();
  new.set_by := coalesce((
    select jsonb_object_agg(s.key, case
      when old.settings -> s.key = s.value then coalesce(old.set_by ->> s.key, 'platform_admin')
      else coalesce(attune_local('set_by'), attune_actor_role()) end)
    from jsonb_each(new.settings) s), '{}');
  return new;
end;
$$;
create trigger stamp before update on tenant_configurations
  for each row execute function attune_stamp_configuration();

-- Writes the entries of a whole statement at once, so that a bulk update costs one insert.
create function attune_write_history() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  with entry as (
    select
      c.tenant_id, c.version + case tg_op when 'DELETE' then 1 else 0 end as version,
      case tg_op when 'INSERT' then 'create' when 'DELETE' then 'delete' else coalesce(attune_local('action'), 'sql') end as action,
      case tg_op when 'INSERT' then coalesce(attune_local('actor'), 'db:' || session_user) else attune_actor() end as changed_by,
      case tg_op when 'INSERT' then coalesce(attune_local('actor_role'), 'system') else attune_actor_role() end as changed_by_role,
      case tg_op when 'DELETE' then clock_timestamp() else c.updated_at end as changed_at,
      attune_local('reason') as reason, attune_local('bulk_id') as bulk_id, attune_local('from_version')::bigint as from_version,
      c.settings, sha256(convert_to(c.settings::text, 'UTF8')) as settings_sha256, c.set_by, c.override_allowed,
      before.hash as previous_hash
    from changed c
    left join tenant_configuration_history before on before.tenant_id = c.tenant_id
      and before.version = c.version - case tg_op when 'DELETE' then 0 else 1 end
  )
  insert into tenant_configuration_history (tenant_id, version, action, changed_by, changed_by_role, changed_at, reason, bulk_id,
    from_version, settings, settings_sha256, set_by, override_allowed, previous_hash, hash)
  select e.tenant_id, e.version, e.action, e.changed_by, e.changed_by_role, e.changed_at, e.reason, e.bulk_id,
    e.from_version, e.settings, e.settings_sha256, e.set_by, e.override_allowed, e.previous_hash,
    attune_history_hash(row(e.tenant_id, e.version, e.action, e.changed_by, e.changed_by_role, e.changed_at, e.reason, e.bulk_id,
      e.from_version, null, e.settings_sha256, null, e.override_allowed, null, e.previous_hash, null)::tenant_configuration_history)
  from entry e;
  return null;
end;
$$;
create trigger history_of_insert after insert on tenant_configurations
  referencing new table as changed for each statement execute function attune_write_history();
create trigger history_of_update after update on tenant_configurations
  referencing new table as changed for each statement execute function attune_write_history();
create trigger history_of_delete after delete on tenant_configurations
  referencing old table as changed for each statement execute function attune_write_history();

-- The history is only ever added to. The one exception: a deleted tenant's texts are blanked, and nothing else with them.
create function attune_keep_history() returns trigger
  language plpgsql
as $$
begin
  raise exception 'the configuration history cannot be changed: % refused', lower(tg_op) using errcode = 'insufficient_privilege';
end;
$$;
create function attune_keep_history_entry() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if new.settings is null and new.set_by is null
     and to_jsonb(new) - 'settings' - 'set_by' = to_jsonb(old) - 'settings' - 'set_by'
     and not exists (select from tenants where tenant_id = old.tenant_id) then
    return new;
  end if;
  raise exception 'the configuration history cannot be changed: update refused' using errcode = 'insufficient_privilege';
end;
$$;
create trigger keep_entry before update on tenant_configuration_history for each row execute function attune_keep_history_entry();
create trigger keep_entries before delete or truncate on tenant_configuration_history for each statement execute function attune_keep_history();

-- A tenant has a configuration from its first moment to its last, whoever inserts it.
create function attune_create_configuration() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if exists (select from tenant_configuration_history where tenant_id = new.tenant_id) then
    raise exception 'the tenant id % was used before and is not given again', new.tenant_id using errcode = 'unique_violation';
  end if;
  insert into tenant_configurations (tenant_id) values (new.tenant_id);
  return null;
end;
$$;
create trigger create_configuration after insert on tenants for each row execute function attune_create_configuration();

create function attune_keep_configuration() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if exists (select from tenants where tenant_id = old.tenant_id)
     and not exists (select from tenant_configurations where tenant_id = old.tenant_id) then
    raise exception 'the tenant % cannot be without a configuration', old.tenant_id using errcode = 'restrict_violation';
  end if;
  return null;
end;
$$;
create constraint trigger keep_configuration after delete on tenant_configurations
  deferrable initially deferred for each row execute function attune_keep_configuration();
create function attune_refuse_truncate() returns trigger
  language plpgsql
as $$
begin
  raise exception 'truncate of % is refused', tg_table_name using errcode = 'insufficient_privilege';
end;
$$;
create trigger refuse_truncate before truncate on tenant_configurations for each statement execute function attune_refuse_truncate();

-- Deletes the tenant with all that hangs on it, and blanks its history's texts. False: there was none.
create function attune_delete_tenant(doomed text) returns boolean
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  delete from tenants where tenant_id = doomed;
  if not found then
    return false;
  end if;
  update tenant_configuration_history set settings = null, set_by = null where tenant_id = doomed;
  return true;
end;
$$;

do $$
declare
  definer_function text;
begin
  foreach definer_function in array array['attune_write_history()', 'attune_keep_history_entry()', 'attune_create_configuration()',
      'attune_keep_configuration()', 'attune_delete_tenant(text)'] loop
    execute format('alter function %s owner to attune_definer', definer_function);
  end loop;
end;
$$;

create policy definer_reads on tenants for select to attune_definer using (true);
create policy definer_deletes on tenants for delete to attune_definer using (true);
create policy definer_works on tenant_configurations to attune_definer using (true) with check (true);
create policy definer_reads on tenant_configuration_history for select to attune_definer using (true);
create policy definer_adds on tenant_configuration_history for insert to attune_definer with check (true);
create policy definer_blanks on tenant_configuration_history for update to attune_definer using (true) with check (true);
grant select, delete on tenants to attune_definer;
grant select, insert on tenant_configurations to attune_definer;
grant select, insert, update (settings, set_by) on tenant_configuration_history to attune_definer;

grant select, update (settings, override_allowed) on tenant_configurations to attune_tenant, attune_platform;
grant select on tenant_configuration_history to attune_tenant, attune_platform;
grant execute on function attune_history_hash(tenant_configuration_history), attune_local(text), attune_actor(), attune_actor_role(),
  attune_stamp_configuration(), attune_keep_history(), attune_refuse_truncate() to attune_tenant, attune_platform, attune_definer;
grant execute on function attune_delete_tenant(text) to attune_platform;
