-- One patch for many tenants, or the taking back of one (specification §5.1). They belong to no tenant, and name many: only the platform sees them.
create table bulk_operations (
  id text primary key default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  kind text not null check (kind in ('update', 'revert')),
  -- null: the tenants that the reverted operation changed.
  selector jsonb check (jsonb_typeof(selector) = 'object' and pg_column_size(selector) < 4194304),
  -- The merge patch; of a revert, the one that is taken back.
  changes jsonb not null check (jsonb_typeof(changes) = 'object' and pg_column_size(changes) < 65536),
  reason text not null check (length(reason) <= 500),
  reverts text references bulk_operations (id),
  state text not null default 'queued' check (state in ('queued', 'running', 'completed', 'cancelled', 'failed')),
  matched integer not null check (matched >= 0),
  updated integer not null default 0,
  unchanged integer not null default 0,
  skipped_locked integer not null default 0,
  approval_required integer not null default 0,
  invalid integer not null default 0,
  conflict integer not null default 0,
  -- Chunks that failed since the last one that did not.
  failures integer not null default 0,
  failure_reason text check (length(failure_reason) <= 500),
  created_by text not null,
  cancelled_by text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  check ((kind = 'revert') = (reverts is not null) and (kind = 'update') = (selector is not null)),
  check ((state in ('queued', 'running')) = (finished_at is null)),
  check ((state = 'failed') = (failure_reason is not null)),
  check (updated + unchanged + skipped_locked + approval_required + invalid + conflict <= matched)
);
create index bulk_operations_by_time on bulk_operations (created_at desc, id desc);
-- Taken back once; a revert that came to nothing may be tried again.
create unique index bulk_operations_reverted on bulk_operations (reverts) where state in ('queued', 'running', 'completed');

-- What becomes of each tenant. Updated in place: nothing that changes is indexed, and the pages have room.
create table bulk_operation_items (
  operation_id text not null,
  tenant_id text not null,
  -- The version when the operation began; of a revert, the one that the reverted operation made.
  base_version bigint not null check (base_version > 0),
  -- null while it is to be done.
  outcome text check (outcome in ('updated', 'unchanged', 'skipped_locked', 'approval_required', 'invalid', 'conflict')),
  -- The tenant's version after it.
  version bigint,
  detail text check (length(detail) <= 1000),
  primary key (operation_id, tenant_id),
  check ((outcome is null) = (version is null))
) with (fillfactor = 50);
select attune_isolate_by_tenant('bulk_operation_items');

-- Items go with their tenant. No foreign key: it would cost each item a look-up and an index of its own.
create function attune_delete_bulk_items() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  delete from bulk_operation_items where (operation_id, tenant_id) in (
    select o.id, g.tenant_id from bulk_operations o cross join gone g);
  return null;
end;
$$;
create trigger bulk_items_go after delete on tenants referencing old table as gone
  for each statement execute function attune_delete_bulk_items();
alter function attune_delete_bulk_items() owner to attune_definer;
revoke execute on function attune_delete_bulk_items() from public;

create policy definer_works on bulk_operation_items to attune_definer using (true) with check (true);
grant select, delete on bulk_operation_items to attune_definer;
grant select (id) on bulk_operations to attune_definer;

grant select, insert (kind, selector, changes, reason, reverts, matched, created_by),
  update (state, matched, updated, unchanged, skipped_locked, approval_required, invalid, conflict, failures, failure_reason,
    cancelled_by, started_at, finished_at) on bulk_operations to attune_platform;
grant select, insert (operation_id, tenant_id, base_version), update (outcome, version, detail) on bulk_operation_items
  to attune_platform;

-- Beginning one and cancelling it are acts; how far it has come is none.
select attune_audit('bulk_operations', 'bulk', 'id', '{"insert": "start", "update": "cancel"}',
  '{selector, state, matched, updated, unchanged, skipped_locked, approval_required, invalid, conflict, failures, failure_reason, started_at, finished_at}');

-- As before, for thousands of rows at once: what is the same for all of them is asked once, and the entries go in without being held
-- in between.
create or replace function attune_write_history() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  how text := case tg_op when 'INSERT' then 'create' when 'DELETE' then 'delete' else coalesce(attune_local('action'), 'sql') end;
  who text := case tg_op when 'INSERT' then coalesce(attune_local('actor'), 'db:' || session_user) else attune_actor() end;
  role text := case tg_op when 'INSERT' then coalesce(attune_local('actor_role'), 'system') else attune_actor_role() end;
  why text := attune_local('reason');
  bulk text := attune_local('bulk_id');
  origin bigint := attune_local('from_version')::bigint;
  is_end integer := case tg_op when 'DELETE' then 1 else 0 end;
begin
  insert into tenant_configuration_history (tenant_id, version, action, changed_by, changed_by_role, changed_at, reason, bulk_id,
    from_version, settings, settings_sha256, set_by, override_allowed, previous_hash, hash)
  select e.tenant_id, e.version, how, who, role, e.changed_at, why, bulk, origin, e.settings, e.settings_sha256, e.set_by,
    e.override_allowed, e.previous_hash,
    attune_history_hash(row(e.tenant_id, e.version, how, who, role, e.changed_at, why, bulk, origin, null, e.settings_sha256, null,
      e.override_allowed, null, e.previous_hash, null)::tenant_configuration_history)
  from (
    select c.tenant_id, c.version + is_end as version, case is_end when 1 then clock_timestamp() else c.updated_at end as changed_at,
      c.settings, sha256(convert_to(c.settings::text, 'UTF8')) as settings_sha256, c.set_by, c.override_allowed,
      -- One look-up each: a join might read the whole history.
      (select b.hash from tenant_configuration_history b
       where b.tenant_id = c.tenant_id and b.version = c.version - 1 + is_end) as previous_hash
    from changed c
    -- Without this each use of a digest would compute it anew.
    offset 0) e;
  return null;
end;
$$;

-- As before, but for what a transaction feeds once, which is nearly always, nothing is looked for in its way.
create or replace function attune_feed_changes() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  execute format('insert into change_feed (kind, key, version) select %L, %I, version + %s from changed %s',
    tg_argv[0], tg_argv[1], case tg_op when 'DELETE' then 1 else 0 end,
    case when exists (select from change_feed where transaction_id = pg_current_xact_id() and kind = tg_argv[0]) then
      'on conflict (transaction_id, kind, key) do update set version = greatest(change_feed.version, excluded.version)' else '' end);
  return null;
end;
$$;
