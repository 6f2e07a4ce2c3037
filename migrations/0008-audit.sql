-- Every administrative act (specification §5.5), written by triggers in the acting transaction itself, so that no path can skip it.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  role text not null,
  -- Where the request came from; null for what no request caused.
  address text,
  -- <kind>.<verb>, such as key.revoke; all of a kind are a range of it.
  action text collate "C" not null,
  -- null for what belongs to no tenant. No foreign key: the entries of a deleted tenant stay, without their texts.
  tenant_id text,
  -- The key of the row that was acted on.
  target text not null,
  -- Of an update only what changed, two levels deep; null on a creation, after on a deletion.
  before jsonb,
  after jsonb
);
create index audit_log_by_time on audit_log (at desc, id desc);
create index audit_log_by_tenant on audit_log (tenant_id, at desc, id desc);
create index audit_log_by_actor on audit_log (actor, at desc, id desc);
create index audit_log_by_action on audit_log (action, at desc, id desc);

alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy platform_scope on audit_log for select to attune_platform using ((select attune_current_tenant()) in ('*', tenant_id));
-- What belongs to no tenant is seen by who asks for all.
create policy platform_acts on audit_log for select to attune_platform
  using (tenant_id is null and (select attune_current_tenant()) = '*');
create policy definer_reads on audit_log for select to attune_definer using (true);
create policy definer_adds on audit_log for insert to attune_definer with check (true);
create policy definer_blanks on audit_log for update to attune_definer using (true) with check (true);
grant select on audit_log to attune_platform;
grant select, insert, update (before, after) on audit_log to attune_definer;

-- Writes the entries of a whole statement at once. Arguments: kind, key column, verbs, columns left out. What the verbs may say is told at
-- attune_audit. Its statements are the same for every table, so that a session plans them once:
-- planning costs more than one row does.
create function attune_write_audit() returns trigger
  language plpgsql security definer set search_path = public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  key_column text := tg_argv[1];
  verbs jsonb := tg_argv[2];
  left_out text[] := tg_argv[3];
  usual jsonb := coalesce(verbs -> lower(tg_op), case tg_op when 'INSERT' then '"create"' else to_jsonb(lower(tg_op)) end);
  befores jsonb[];
  afters jsonb[];
begin
  if tg_op = 'INSERT' then
    select array_agg(to_jsonb(n) - left_out) into afters from changed_after n;
  elsif tg_op = 'DELETE' then
    -- What goes with its tenant is no act of its own.
    select array_agg(to_jsonb(b) - left_out) into befores from changed_before b
    where tg_table_name = 'tenants' or to_jsonb(b) ->> 'tenant_id' is null
      or exists (select from tenants t where t.tenant_id = to_jsonb(b) ->> 'tenant_id');
  else
    select array_agg(b.content), array_agg(n.content) into befores, afters
    from (select to_jsonb(c) - left_out as content from changed_before c) b
    full join (select to_jsonb(c) - left_out as content from changed_after c) n on b.content ->> key_column = n.content ->> key_column
    where b.content is distinct from n.content;
  end if;
  insert into audit_log (actor, role, address, action, tenant_id, target, before, after)
  select attune_actor(), attune_actor_role(), attune_local('address'),
    tg_argv[0] || '.' || case act.verb when 'app.action' then coalesce(attune_local('action'), 'sql') else act.verb end,
    act.content ->> 'tenant_id', act.content ->> key_column,
    -- Of either side what the other one does not have like it; of objects, the members that differ.
    (select jsonb_object_agg(c.key, case
        when jsonb_typeof(c.value) = 'object' and jsonb_typeof(act.after -> c.key) = 'object' then (
          select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(c.value) m
          where act.after -> c.key -> m.key is distinct from m.value)
        else c.value end)
      from jsonb_each(act.before) c where act.after -> c.key is distinct from c.value),
    (select jsonb_object_agg(c.key, case
        when jsonb_typeof(c.value) = 'object' and jsonb_typeof(act.before -> c.key) = 'object' then (
          select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(c.value) m
          where act.before -> c.key -> m.key is distinct from m.value)
        else c.value end)
      from jsonb_each(act.after) c where act.before -> c.key is distinct from c.value)
  from (
    select change.before, change.after, coalesce(change.after, change.before) as content,
      coalesce((
        select v.value from jsonb_each(verbs) v
        where tg_op = 'UPDATE' and v.key like '%:%'
          and change.after ->> split_part(v.key, ':', 1) = split_part(v.key, ':', 2)
          and change.before ->> split_part(v.key, ':', 1) is distinct from split_part(v.key, ':', 2)
        order by v.key limit 1), usual) #>> '{}' as verb
    from unnest(befores, afters) as change (before, after)) act
  where act.verb is not null;
  return null;
end;
$$;

-- Audits a table, whose rows the key column alone tells apart. Its acts are called <kind>.create, .update and .delete, unless verbs say otherwise: 'insert', 'update' or 'delete' give
-- the operation another word, '<column>:<value>' names the update that sets the column to the value, and null makes it no act.
-- The word 'app.action' stands for the transaction's own. Columns left out are secrets, and those whose change alone is no act.
-- With by_bulk_no_act, what a transaction of a bulk operation (app.bulk_id) does is not audited again row by row.
create function attune_audit(
  audited regclass, kind text, key_column text default 'id', verbs jsonb default '{}', left_out text[] default '{}',
  by_bulk_no_act boolean default false) returns void
  language plpgsql
as $$
declare
  operation text;
  condition text := case when by_bulk_no_act then 'when (attune_local(''bulk_id'') is null)' else '' end;
begin
  foreach operation in array array['insert', 'update', 'delete'] loop
    continue when verbs -> operation = 'null';
    execute format('create trigger audit_%ss after %1$s on %s referencing %s for each statement %s execute function attune_write_audit(%L, %L, %L, %L)',
      operation, audited,
      case operation when 'insert' then 'new table as changed_after' when 'delete' then 'old table as changed_before'
        else 'old table as changed_before new table as changed_after' end,
      condition, kind, key_column, verbs, left_out);
  end loop;
end;
$$;

-- The log is only ever added to. The one exception: a deleted tenant's texts are blanked, and nothing else with them.
create function attune_keep_audit() returns trigger
  language plpgsql
as $$
begin
  raise exception 'the audit log cannot be changed: % refused', lower(tg_op) using errcode = 'insufficient_privilege';
end;
$$;
create function attune_keep_audit_entry() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if new.before is null and new.after is null and old.tenant_id is not null
     and to_jsonb(new) - 'before' - 'after' = to_jsonb(old) - 'before' - 'after'
     and not exists (select from tenants where tenant_id = old.tenant_id) then
    return new;
  end if;
  raise exception 'the audit log cannot be changed: update refused' using errcode = 'insufficient_privilege';
end;
$$;
create trigger keep_entry before update on audit_log for each row execute function attune_keep_audit_entry();
create trigger keep_entries before delete or truncate on audit_log for each statement execute function attune_keep_audit();

-- Deletes the tenant with all that hangs on it, and blanks the texts of its history and of its audit entries. False: there was none.
create or replace function attune_delete_tenant(doomed text) returns boolean
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  delete from tenants where tenant_id = doomed;
  if not found then
    return false;
  end if;
  update tenant_configuration_history set settings = null, set_by = null where tenant_id = doomed;
  update audit_log set before = null, after = null where tenant_id = doomed;
  return true;
end;
$$;

do $$
declare
  ours text;
begin
  foreach ours in array array['attune_write_audit()', 'attune_keep_audit_entry()'] loop
    execute format('alter function %s owner to attune_definer', ours);
  end loop;
  foreach ours in array array['attune_write_audit()', 'attune_audit(regclass, text, text, jsonb, text[], boolean)', 'attune_keep_audit()', 'attune_keep_audit_entry()'] loop
    execute format('revoke execute on function %s from public', ours);
  end loop;
end;
$$;

select attune_audit('tenants', 'tenant', 'tenant_id', '{"status:suspended": "suspend", "status:active": "resume"}', '{version, updated_at}');
select attune_audit('api_keys', 'key', 'id', '{"delete": "revoke"}', '{secret_sha256, last_used_at, version}');
select attune_audit('plans', 'plan', 'id', '{}', '{version, updated_at}');
select attune_audit('models', 'model', 'id', '{"state:retired": "retire"}', '{updated_at}');
select attune_audit('platform_defaults', 'defaults', 'id', '{}', '{version, updated_by, updated_at}');
-- A configuration comes and goes with its tenant; its changes carry the word that the history has.
select attune_audit('tenant_configurations', 'configuration', 'tenant_id', '{"insert": null, "update": "app.action", "delete": null}',
  '{set_by, last_modified_by_role, updated_by, created_at, updated_at}', by_bulk_no_act => true);
