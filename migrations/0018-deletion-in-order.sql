-- A change of a tenant locks its configuration, or its corpus, and then the tenant's own row, by a foreign key or a trigger. A deletion
-- that began with the tenant's row would wait for them while they wait for it.
create or replace function attune_delete_tenant(doomed text) returns boolean
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform from tenant_configurations where tenant_id = doomed for update;
  perform from corpora where tenant_id = doomed for update;
  delete from tenants where tenant_id = doomed;
  if not found then
    return false;
  end if;
  update tenant_configuration_history set settings = null, set_by = null where tenant_id = doomed;
  update audit_log set before = null, after = null where tenant_id = doomed;
  return true;
end;
$$;
alter function attune_delete_tenant(text) owner to attune_definer;

create policy definer_locks on corpora to attune_definer using (true) with check (false);
grant select, update (last_number) on corpora to attune_definer;
grant update (override_allowed) on tenant_configurations to attune_definer;
