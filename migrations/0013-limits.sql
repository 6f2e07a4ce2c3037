-- The changes that tenants' own people made, the only ones that are limited: a change looks at its last hour before and while it
-- is made. Changes of the platform, bulk updates above all, do not pay for it, and what it approved is not counted.
create index history_by_tenant_admins on tenant_configuration_history (tenant_id, changed_at desc)
  where changed_by_role = 'tenant_admin' and action <> 'change_request';

-- When a tenant's people tried a configuration out within the last hour. One row a tenant, whose lock makes the count exact; what is
-- older than an hour goes with the next one.
create table spent_tests (
  tenant_id text primary key references tenants (tenant_id) on delete cascade,
  spent_at timestamptz[] not null
);
select attune_isolate_by_tenant('spent_tests');
grant select, insert, update on spent_tests to attune_tenant;
