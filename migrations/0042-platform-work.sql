-- What a platform admin calls a tenant by: {name: value}, for lists, selectors and exports.
alter table tenants add column labels jsonb not null default '{}'
  check (jsonb_typeof(labels) = 'object' and pg_column_size(labels) < 32768);

-- The orders in which all tenants are listed. A page needs a part of one index.
create index tenants_by_name on tenants (lower(name), tenant_id);
create index tenants_by_creation on tenants (created_at, tenant_id);
create index tenant_configurations_by_change on tenant_configurations (updated_at, tenant_id);
create index change_requests_pending on change_requests (tenant_id) where state = 'pending';
