-- Settings that a file owns (specification §5.3), and what the file said when it was last applied: by that, a change by hand is told from an
-- edit of the file. null: no file was ever applied.
alter table tenant_configurations add column managed jsonb check (jsonb_typeof(managed) = 'object');

-- As before, and: a change by a file makes the file the owner of every setting that it names (`app.file_settings`), also where the value
-- stays. That alone is a change too, since from then on others may not change the setting.
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
  new.set_by := coalesce((
    select jsonb_object_agg(s.key, case
      when named ? s.key then 'code'
      when old.settings -> s.key = s.value then coalesce(old.set_by ->> s.key, 'platform_admin')
      else coalesce(setter, attune_actor_role()) end)
    from jsonb_each(new.settings) s), '{}');
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
