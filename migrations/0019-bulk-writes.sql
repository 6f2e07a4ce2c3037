-- Many configurations in one statement, for bulk operations. What the trigger works out for one row at a time (who set what, version,
-- author) is told or the same for all of them here, and the trigger stands aside: only functions of attune_definer can make it. A
-- configuration that is not at the version told any more is left alone; returns the tenants that were written.
create function attune_write_configurations(
  tenants text[], versions bigint[], places int[], settings_at jsonb, set_by_at jsonb, first text, last text) returns setof text
  language sql security definer set search_path = public, pg_temp set jit = off
  -- The planner cannot see how long the arrays are: a hash join is right for one and for thousands.
  set enable_nestloop = off
begin atomic
  update tenant_configurations c
  set settings = settings_at -> u.place, set_by = set_by_at -> u.place, version = c.version + 1, updated_at = clock_timestamp(),
    updated_by = (select attune_actor()), last_modified_by_role = (select attune_actor_role())
  from unnest(tenants, versions, places) as u (tenant_id, version, place)
  where c.tenant_id = u.tenant_id and c.version = u.version and c.tenant_id between first and last
    and c.settings <> settings_at -> u.place
    -- As row-level security would have it, which lets the definer see all.
    and (select attune_current_tenant()) in ('*', c.tenant_id)
  returning c.tenant_id;
end;
alter function attune_write_configurations(text[], bigint[], int[], jsonb, jsonb, text, text) owner to attune_definer;
revoke execute on function attune_write_configurations(text[], bigint[], int[], jsonb, jsonb, text, text) from public;
grant execute on function attune_write_configurations(text[], bigint[], int[], jsonb, jsonb, text, text) to attune_platform;
grant update (settings, set_by, version, updated_at, updated_by, last_modified_by_role) on tenant_configurations to attune_definer;

drop trigger stamp on tenant_configurations;
create trigger stamp before update on tenant_configurations
  for each row when (current_user <> 'attune_definer') execute function attune_stamp_configuration();
