-- What a tenant's verification tokens are made from: who reads a token in public DNS learns nothing of the tenant.
create table domain_secrets (
  tenant_id text primary key references tenants (tenant_id) on delete cascade,
  secret uuid not null default gen_random_uuid()
);
select attune_isolate_by_tenant('domain_secrets');
grant select, insert (tenant_id) on domain_secrets to attune_tenant;

-- A tenant's own people verify its domain; nothing else of the tenant's row is theirs to change.
grant update (verified_domain, updated_at) on tenants to attune_tenant;

-- Finds whose a verified domain is before any tenant is known.
create function attune_find_domain(wanted text) returns text
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select tenant_id from tenants where verified_domain = wanted;
end;
alter function attune_find_domain(text) owner to attune_definer;
revoke execute on function attune_find_domain(text) from public;
grant execute on function attune_find_domain(text) to attune_tenant;

-- A verification stands only as long as the tenant keeps the domain: whatever takes it away, be it a patch, a rollback, a bulk update
-- or plain SQL, makes it free for others in the same transaction. Verifying locks the configuration first, then the tenant, as this does.
create function attune_release_domain() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  update tenants set verified_domain = null, updated_at = now()
  where tenant_id = new.tenant_id and verified_domain is distinct from new.settings ->> 'custom_domain' and verified_domain is not null;
  return null;
end;
$$;
alter function attune_release_domain() owner to attune_definer;
revoke execute on function attune_release_domain() from public;
grant execute on function attune_release_domain() to attune_tenant, attune_platform;
create policy definer_releases on tenants for update to attune_definer using (true) with check (true);
grant update (verified_domain, updated_at) on tenants to attune_definer;
create trigger release_domain after update on tenant_configurations for each row
  when (old.settings -> 'custom_domain' is distinct from new.settings -> 'custom_domain')
  execute function attune_release_domain();
