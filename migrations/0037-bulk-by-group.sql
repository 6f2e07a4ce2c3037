-- The tenants of a bulk operation that have no outcome yet, after one id up to and including another, with all that decides what the
-- operation does to them. Tenants that differ only in id and version are a group: the operation treats them alike.
create function attune_bulk_tenants(operation text, fields text[], is_revert boolean, after_id text, last_id text)
  returns table (tenant_id text, version bigint, plan text, settings jsonb, set_by jsonb, override_allowed boolean,
    approval_required boolean, previous jsonb, previous_set_by jsonb, conflicts text[])
  language sql stable
begin atomic
  select i.tenant_id, c.version, t.plan, c.settings, c.set_by, c.override_allowed, t.approval_required,
    -- One look-up for each: a join might read the whole history.
    case when is_revert then (
      select p.settings from tenant_configuration_history p
      where p.tenant_id = i.tenant_id and p.version = i.base_version - 1) end,
    case when is_revert then (
      select p.set_by from tenant_configuration_history p
      where p.tenant_id = i.tenant_id and p.version = i.base_version - 1) end,
    case when c.version <> i.base_version then (
      select array_agg(f.field) from tenant_configuration_history b cross join unnest(fields) as f (field)
      where b.tenant_id = i.tenant_id and b.version = i.base_version
        and (b.settings -> f.field) is distinct from (c.settings -> f.field)) end
  from bulk_operation_items i
  join tenant_configurations c on c.tenant_id = i.tenant_id and c.tenant_id > after_id and c.tenant_id <= last_id
  join tenants t on t.tenant_id = i.tenant_id and t.tenant_id > after_id and t.tenant_id <= last_id
  where i.operation_id = operation and i.outcome is null and i.tenant_id > after_id and i.tenant_id <= last_id;
end;
revoke execute on function attune_bulk_tenants(text, text[], boolean, text, text) from public;
grant execute on function attune_bulk_tenants(text, text[], boolean, text, text) to attune_platform, attune_definer;

-- The groups of these tenants: each with its size, and with one tenant and its version that stand for it.
create function attune_find_bulk_groups(operation text, fields text[], is_revert boolean, after_id text, last_id text)
  returns table (representative text, version double precision, size integer, plan text, settings jsonb, set_by jsonb,
    override_allowed boolean, approval_required boolean, previous jsonb, previous_set_by jsonb, conflicts text[])
  language sql stable
  -- The planner has no statistics of a new operation yet: a hash join is right for one tenant and for thousands.
  set enable_nestloop = off set enable_sort = off set jit = off
begin atomic
  with member as materialized (
    select m.* from attune_bulk_tenants(operation, fields, is_revert, after_id, last_id) m
  ), grouped as (
    select min(m.tenant_id) as representative, count(*)::integer as size, m.plan, m.settings, m.set_by, m.override_allowed,
      m.approval_required, m.previous, m.previous_set_by, m.conflicts
    from member m group by 3, 4, 5, 6, 7, 8, 9, 10
  )
  select g.representative, m.version::double precision, g.size, g.plan, g.settings, g.set_by, g.override_allowed, g.approval_required,
    g.previous, g.previous_set_by, g.conflicts
  from grouped g join member m on m.tenant_id = g.representative;
end;
revoke execute on function attune_find_bulk_groups(text, text[], boolean, text, text) from public;
grant execute on function attune_find_bulk_groups(text, text[], boolean, text, text) to attune_platform;

-- Gives the tenants of a chunk their outcomes, group by group, and writes the configurations of those that are updated. `groups` has for
-- each group its place, a representative with the version, plan and approval policy that it was evaluated with, the outcome and the
-- detail; where the outcome is `updated`, also the new settings, and who counts as the setter of each value that changes. Tenants that are
-- in no such group any more keep no outcome, so that a later pass takes them. The trigger that stamps single rows stands aside.
-- Returns [{place, size, tenant_ids, versions}] of groups with an outcome; `updated` groups without their tenants.
create function attune_end_bulk_groups(operation text, fields text[], is_revert boolean, after_id text, last_id text, groups jsonb)
  returns jsonb
  language plpgsql security definer set search_path = public, pg_temp set enable_nestloop = off set enable_sort = off set jit = off
as $$
declare
  counts jsonb;
  updated_ids text[];
  updated_plans text[];
begin
  with member as materialized (
    select m.* from attune_bulk_tenants(operation, fields, is_revert, after_id, last_id) m
    where (select attune_current_tenant()) = '*'
  ), given as materialized (
    select g.place, g.outcome, g.detail, g.new_settings,
      attune_set_by(m.settings, m.set_by, g.new_settings, g.setters, 'platform_admin') as new_set_by, m.plan, m.settings, m.set_by,
      m.override_allowed, m.approval_required, coalesce(m.previous, 'null') as previous,
      coalesce(m.previous_set_by, 'null') as previous_set_by, coalesce(m.conflicts, '{}') as conflicts
    from jsonb_to_recordset(groups) as g (place integer, representative text, version bigint, plan text, approval_required boolean,
      outcome text, detail text, new_settings jsonb, setters jsonb)
    join member m on m.tenant_id = g.representative and m.version = g.version and m.plan = g.plan
      and m.approval_required = g.approval_required
  ), judged as materialized (
    select m.tenant_id, m.version, g.place, g.outcome from member m join given g
      on m.plan = g.plan and m.settings = g.settings and m.set_by = g.set_by and m.override_allowed = g.override_allowed
      and m.approval_required = g.approval_required and coalesce(m.previous, 'null') = g.previous
      and coalesce(m.previous_set_by, 'null') = g.previous_set_by and coalesce(m.conflicts, '{}') = g.conflicts
  ), written as (
    update tenant_configurations c
    set settings = g.new_settings, set_by = g.new_set_by, version = c.version + 1, updated_at = clock_timestamp(),
      updated_by = (select attune_actor()), last_modified_by_role = (select attune_actor_role())
    from judged j join given g on g.place = j.place
    where j.outcome = 'updated' and c.tenant_id = j.tenant_id and c.version = j.version
      and c.tenant_id > after_id and c.tenant_id <= last_id
    returning c.tenant_id, c.version, j.place
  ), ended as (
    update bulk_operation_items i set outcome = g.outcome, detail = g.detail, version = e.version
    from (select * from written union all select tenant_id, version, place from judged where outcome <> 'updated') e
    join given g on g.place = e.place
    where i.operation_id = operation and i.tenant_id = e.tenant_id and i.tenant_id > after_id and i.tenant_id <= last_id
    returning i.tenant_id, i.version, e.place
  ), counted as (
    select e.place, count(*) as size, array_agg(e.tenant_id) filter (where g.outcome <> 'updated') as tenant_ids,
      array_agg(e.version) filter (where g.outcome <> 'updated') as versions
    from ended e join given g on g.place = e.place group by e.place
  )
  select (select jsonb_agg(n) from counted n), array_agg(e.tenant_id), array_agg(g.plan)
  into counts, updated_ids, updated_plans
  from ended e join given g on g.place = e.place where g.outcome = 'updated';
  -- The updated configurations are locked now, and a move to another plan takes that lock first: what has not changed by now, cannot.
  perform from (
    select t.plan <> u.plan or t.approval_required as is_changed from tenants t
    join unnest(updated_ids, updated_plans) as u (tenant_id, plan) on u.tenant_id = t.tenant_id
    where t.tenant_id > after_id and t.tenant_id <= last_id order by t.tenant_id for share of t) l
  where l.is_changed;
  if found then
    raise exception 'the plan or the approval policy of a tenant changed meanwhile' using errcode = 'serialization_failure';
  end if;
  return coalesce(counts, '[]');
end;
$$;
alter function attune_end_bulk_groups(text, text[], boolean, text, text, jsonb) owner to attune_definer;
revoke execute on function attune_end_bulk_groups(text, text[], boolean, text, text, jsonb) from public;
grant execute on function attune_end_bulk_groups(text, text[], boolean, text, text, jsonb) to attune_platform;
grant update (outcome, version, detail) on bulk_operation_items to attune_definer;

-- As in 0009, but the parts of the hashed text that are equal for all entries are made once. The hash is that of `attune_history_hash`,
-- which verifies it: a JSON array of the entry, as text.
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
  author text := concat(', ', to_json(how), ', ', to_json(who), ', ', to_json(role), ', ');
  cause text := concat(', ', coalesce(to_json(why), 'null'), ', ', coalesce(to_json(bulk), 'null'), ', ', coalesce(origin::text, 'null'));
begin
  insert into tenant_configuration_history (tenant_id, version, action, changed_by, changed_by_role, changed_at, reason, bulk_id,
    from_version, settings, settings_sha256, set_by, override_allowed, previous_hash, hash)
  select e.tenant_id, e.version, how, who, role, e.changed_at, why, bulk, origin, e.settings, e.settings_sha256, e.set_by,
    e.override_allowed, e.previous_hash,
    sha256(convert_to(concat('[', to_json(e.tenant_id), ', ', e.version, author, (extract(epoch from e.changed_at) * 1000000)::bigint,
      cause, ', "', encode(e.settings_sha256, 'hex'), case when e.override_allowed then '", true, ' else '", false, ' end,
      coalesce('"' || encode(e.previous_hash, 'hex') || '"', 'null'), ']'), 'UTF8'))
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

-- As in 0020, but what a transaction feeds once, which is nearly always, goes in without a look for what is in its way.
create or replace function attune_feed_changes() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  execute format(
    'insert into change_feed (kind, key, version, gone) select %L, %I, max(version) + %s, %L::boolean from changed group by 2 %s',
    tg_argv[0], tg_argv[1], case tg_op when 'DELETE' then 1 else 0 end, tg_op = 'DELETE',
    case when exists (select from change_feed where transaction_id = pg_current_xact_id() and kind = tg_argv[0]) then
      'on conflict (transaction_id, kind, key)
       do update set version = greatest(change_feed.version, excluded.version), gone = excluded.gone' else '' end);
  return null;
end;
$$;
