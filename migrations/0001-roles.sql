-- The roles are cluster-wide: another database of the same cluster may have made them already.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['attune_tenant', 'attune_platform', 'attune_definer'] loop
    begin
      execute format('create role %I nologin', role_name);
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
  -- Needed to hand the definer functions over; on Postgres the migrating owner is no superuser.
  execute format('grant attune_definer to %I', current_user);
end;
$$;

-- Nobody but the three roles uses this schema; the definer needs CREATE only to be given functions.
revoke all on schema public from public;
grant usage on schema public to attune_tenant, attune_platform;
grant usage, create on schema public to attune_definer;

-- The tenant that the transaction named, or null. '*' is the platform's name for all of them and never a tenant's id.
create function attune_current_tenant() returns text
  language sql stable
  return nullif(current_setting('app.tenant_id', true), '');

-- Closes a table with a tenant_id: row-level security, forced, one policy a role. With no tenant named, neither role sees a row.
create function attune_isolate_by_tenant(isolated regclass) returns void
  language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', isolated);
  execute format('alter table %s force row level security', isolated);
  execute format(
    'create policy tenant_scope on %s to attune_tenant
       using (tenant_id = (select attune_current_tenant())) with check (tenant_id = (select attune_current_tenant()))',
    isolated);
  execute format(
    'create policy platform_scope on %s to attune_platform
       using ((select attune_current_tenant()) in (''*'', tenant_id)) with check ((select attune_current_tenant()) in (''*'', tenant_id))',
    isolated);
end;
$$;

-- Every cached row counts its own versions, so that a copy of it can be told to be older or newer.
create function attune_count_version() returns trigger
  language plpgsql
as $$
begin
  new.version := old.version + 1;
  return new;
end;
$$;

grant execute on function attune_current_tenant(), attune_count_version() to attune_tenant, attune_platform, attune_definer;
