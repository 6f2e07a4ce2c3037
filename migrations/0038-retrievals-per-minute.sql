-- When a credential searched without a model within the last minute, newest first. The lock of its row makes the count exact. Rows that are
-- out of date go when the tenant's next credential begins.
create table spent_retrievals (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  credential text not null,
  spent_at timestamptz[] not null,
  primary key (tenant_id, credential)
);
select attune_isolate_by_tenant('spent_retrievals');
grant select, insert, update, delete on spent_retrievals to attune_tenant;
