-- A person's usage is erased by taking the name off its lines: the money and the quota of the tenant stay right.
grant update (user_id) on usage_log to attune_platform;

-- The entry does not say whose usage it was. A settlement does not name user_id, so this costs it nothing.
create function attune_audit_erasure() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  insert into audit_log (actor, role, address, action, tenant_id, target)
  values (attune_actor(), attune_actor_role(), attune_local('address'), 'usage.erase', nullif(attune_current_tenant(), '*'), 'usage');
  return null;
end;
$$;
alter function attune_audit_erasure() owner to attune_definer;
revoke execute on function attune_audit_erasure() from public;
grant execute on function attune_audit_erasure() to attune_platform;
create trigger audit_erasure after update of user_id on usage_log
  for each statement execute function attune_audit_erasure();

-- A backup has the data of every tenant, so that it is an act.
create function attune_audit_backup() returns void
  language sql security definer set search_path = public, pg_temp
as $$
  insert into audit_log (actor, role, address, action, target)
  values (attune_actor(), attune_actor_role(), attune_local('address'), 'backup.create', 'database');
$$;
alter function attune_audit_backup() owner to attune_definer;
revoke execute on function attune_audit_backup() from public;
grant execute on function attune_audit_backup() to attune_platform;

-- Lets attune_count_tenant_rows count the rows of the tenant that it was called for, and read nothing of them but whose they are.
create function attune_allow_count(counted regclass) returns void
  language plpgsql
as $$
begin
  execute format('grant select (tenant_id) on %s to attune_definer', counted);
  execute format(
    'create policy counted_scope on %s for select to attune_definer
       using (tenant_id = (select current_setting(''app.counted_tenant'', true)))', counted);
end;
$$;
revoke execute on function attune_allow_count(regclass) from public;

-- As in 0001; the rows of a new table are counted, too.
create or replace function attune_isolate_by_tenant(isolated regclass) returns void
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
  perform attune_allow_count(isolated);
end;
$$;

-- The rows that each table has of a tenant, and how many of them hold more than the chain of the history and the log of acts need.
create function attune_count_tenant_rows(counted text)
  returns table (table_name text, row_count bigint, with_content bigint)
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  found_table regclass;
begin
  perform set_config('app.counted_tenant', counted, true);
  for found_table in
    select c.oid from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname
  loop
    table_name := found_table::text;
    execute format('select count(*), count(*) filter (where %s) from %s where tenant_id = $1',
      case table_name
        when 'audit_log' then 'before is not null or after is not null'
        when 'tenant_configuration_history' then 'settings is not null or set_by is not null'
        else 'true' end, found_table)
      into row_count, with_content using counted;
    return next;
  end loop;
  perform set_config('app.counted_tenant', '', true);
end;
$$;
alter function attune_count_tenant_rows(text) owner to attune_definer;
revoke execute on function attune_count_tenant_rows(text) from public;
grant execute on function attune_count_tenant_rows(text) to attune_platform;

-- As in 0020. A restored dump has the horizon of the server that wrote it; where that server had more transactions, it says nothing here.
create or replace function attune_prune_change_feed() returns integer
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  pruned integer;
begin
  if not pg_try_advisory_xact_lock(7203119) then
    return 0;
  end if;
  with oldest as (
    select transaction_id, kind, key, changed_at from change_feed
    where transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by transaction_id limit 10000
  ), forgotten as (
    delete from change_feed f using oldest o
    where f.transaction_id = o.transaction_id and f.kind = o.kind and f.key = o.key and o.changed_at < now() - interval '1 day'
    returning f.transaction_id
  ), horizon as (
    update change_feed_horizon h
    set pruned_through = case
      when h.pruned_through < pg_snapshot_xmax(pg_current_snapshot()) then greatest(h.pruned_through, f.transaction_id)
      else f.transaction_id end
    from (select transaction_id from forgotten order by transaction_id desc limit 1) f where h.id = 'all'
  )
  select count(*) into pruned from forgotten;
  return pruned;
end;
$$;
