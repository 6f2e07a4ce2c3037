-- What changed, for every cache: written by triggers in the changing transaction itself, so that no write path can forget it.
create table change_feed (
  transaction_id xid8 not null default pg_current_xact_id(),
  kind text not null,
  key text not null,
  version bigint not null,
  changed_at timestamptz not null default now(),
  primary key (transaction_id, kind, key)
);
alter table change_feed enable row level security;
alter table change_feed force row level security;
create policy definer_works on change_feed to attune_definer using (true) with check (true);
-- A tenant's transaction sees what it changed itself, the platform sees all.
create policy own_changes on change_feed for select to attune_tenant using (transaction_id = pg_current_xact_id_if_assigned());
create policy all_changes on change_feed for select to attune_platform using (true);
grant select on change_feed to attune_tenant, attune_platform;
grant select, insert, update (version) on change_feed to attune_definer;

-- Arguments: the kind, and the column that is its key. A deletion counts as the version after the last.
create function attune_feed_changes() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  execute format(
    'insert into change_feed (kind, key, version)
     select %L, %I, max(version) + %s from changed group by 2
     on conflict (transaction_id, kind, key) do update set version = greatest(change_feed.version, excluded.version)',
    tg_argv[0], tg_argv[1], case tg_op when 'DELETE' then 1 else 0 end);
  return null;
end;
$$;
alter function attune_feed_changes() owner to attune_definer;
grant execute on function attune_feed_changes() to attune_tenant, attune_platform;

do $$
declare
  fed record;
begin
  for fed in select * from (values
    ('tenants', 'tenant', 'tenant_id'),
    ('tenant_configurations', 'configuration', 'tenant_id'),
    ('plans', 'plan', 'id'),
    ('catalogue', 'catalogue', 'id'),
    ('platform_defaults', 'platform_defaults', 'id')) as f (table_name, kind, key_column) loop
    execute format('create trigger feed_inserts after insert on %I referencing new table as changed
      for each statement execute function attune_feed_changes(%L, %L)', fed.table_name, fed.kind, fed.key_column);
    execute format('create trigger feed_updates after update on %I referencing new table as changed
      for each statement execute function attune_feed_changes(%L, %L)', fed.table_name, fed.kind, fed.key_column);
    execute format('create trigger feed_deletes after delete on %I referencing old table as changed
      for each statement execute function attune_feed_changes(%L, %L)', fed.table_name, fed.kind, fed.key_column);
  end loop;
end;
$$;

-- A key's time of last use is written often and changes nothing that a cache holds.
create trigger feed_inserts after insert on api_keys referencing new table as changed
  for each statement execute function attune_feed_changes('credential', 'id');
create trigger feed_deletes after delete on api_keys referencing old table as changed
  for each statement execute function attune_feed_changes('credential', 'id');
create function attune_feed_key_changes() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  insert into change_feed (kind, key, version)
  select 'credential', n.id, n.version from changed n join before o using (id) where n.version > o.version
  on conflict (transaction_id, kind, key) do update set version = greatest(change_feed.version, excluded.version);
  return null;
end;
$$;
alter function attune_feed_key_changes() owner to attune_definer;
grant execute on function attune_feed_key_changes() to attune_tenant, attune_platform;
create trigger feed_updates after update on api_keys referencing new table as changed old table as before
  for each statement execute function attune_feed_key_changes();
