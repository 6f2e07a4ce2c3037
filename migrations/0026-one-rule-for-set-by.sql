-- Who counts as having set each setting after a change, written once: a value that stays keeps its setter, a new value gets the one in
-- `setters`, else `default_setter`. `settersAfterChange` in libs/settings predicts the result for previews; a test compares the two.
create function attune_set_by(old_settings jsonb, old_set_by jsonb, new_settings jsonb, setters jsonb, default_setter text) returns jsonb
  language sql immutable
  return coalesce((
    select jsonb_object_agg(s.key, case
      when old_settings -> s.key = s.value then coalesce(old_set_by ->> s.key, 'platform_admin')
      else coalesce(setters ->> s.key, default_setter) end)
    from jsonb_each(new_settings) s), '{}');
revoke execute on function attune_set_by(jsonb, jsonb, jsonb, jsonb, text) from public;
grant execute on function attune_set_by(jsonb, jsonb, jsonb, jsonb, text) to attune_tenant, attune_platform, attune_definer;

-- As in 0015, with the setters from `attune_set_by`. A file owns every setting that it names, also where the value stays.
create or replace function attune_stamp_configuration() returns trigger
  language plpgsql
as $$
declare
  setter text := attune_local('set_by');
  named jsonb := attune_local('file_settings')::jsonb;
  is_same boolean := new.settings = old.settings and new.override_allowed = old.override_allowed;
begin
  if new.tenant_id <> old.tenant_id then
    raise exception 'a configuration cannot be moved to another tenant';
  end if;
  if is_same and setter is distinct from 'code' then
    return null;
  end if;
  new.set_by := attune_set_by(old.settings, old.set_by, new.settings, '{}', coalesce(setter, attune_actor_role()));
  if named is not null then
    new.set_by := new.set_by || coalesce((
      select jsonb_object_agg(s.key, 'code') from jsonb_each(new.settings) s where named ? s.key), '{}');
  end if;
  new.managed := old.managed;
  if setter = 'code' then
    new.managed := coalesce((
      select jsonb_object_agg(s.key, s.value) from jsonb_each(new.settings) s where new.set_by ->> s.key = 'code'), '{}');
    if is_same and new.set_by = old.set_by and new.managed = coalesce(old.managed, '{}') then
      return null;
    end if;
  end if;
  new.version := old.version + 1;
  new.created_at := old.created_at;
  new.updated_at := clock_timestamp();
  new.updated_by := attune_actor();
  new.last_modified_by_role := attune_actor_role();
  return new;
end;
$$;

-- As in 0019, but the database decides who set what. `set_by_at` says who counts as the setter of each value that changes; what it says
-- of the others is ignored, so that a replica of the version before, which passes all of them, gets the same result.
create or replace function attune_write_configurations(
  tenants text[], versions bigint[], places int[], settings_at jsonb, set_by_at jsonb, first text, last text) returns setof text
  language sql security definer set search_path = public, pg_temp set jit = off
  set enable_nestloop = off
begin atomic
  update tenant_configurations c
  set settings = settings_at -> u.place,
    set_by = attune_set_by(c.settings, c.set_by, settings_at -> u.place, set_by_at -> u.place, 'platform_admin'),
    version = c.version + 1, updated_at = clock_timestamp(),
    updated_by = (select attune_actor()), last_modified_by_role = (select attune_actor_role())
  from unnest(tenants, versions, places) as u (tenant_id, version, place)
  where c.tenant_id = u.tenant_id and c.version = u.version and c.tenant_id between first and last
    and c.settings <> settings_at -> u.place
    and (select attune_current_tenant()) in ('*', c.tenant_id)
  returning c.tenant_id;
end;
