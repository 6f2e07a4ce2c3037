-- What a platform admin calls a tenant by: {name: value}, for lists, selectors and exports.
alter table tenants add column labels jsonb not null default '{}'
  check (jsonb_typeof(labels) = 'object' and pg_column_size(labels) < 32768);

-- The orders in which all tenants are listed. A page needs a part of one index.
create index tenants_by_name on tenants (lower(name), tenant_id);
create index tenants_by_creation on tenants (created_at, tenant_id);
create index tenant_configurations_by_change on tenant_configurations (updated_at, tenant_id);
create index change_requests_pending on change_requests (tenant_id) where state = 'pending';

-- Reports of usage over all tenants read a period of days.
create index usage_daily_by_day on usage_daily (day);
create index quota_counters_by_day on quota_counters (day);
grant select on quota_counters, usage_daily to attune_platform;

-- The replicas that run, each with its last report. A replica that ends deletes its row; one that was killed stops to report.
create table replicas (
  id text primary key check (length(id) between 1 and 300),
  version text not null check (length(version) <= 100),
  started_at timestamptz not null,
  seen_at timestamptz not null,
  report jsonb not null check (jsonb_typeof(report) = 'object' and pg_column_size(report) < 65536)
);
alter table replicas enable row level security;
alter table replicas force row level security;
create policy platform_replicas on replicas to attune_platform
  using ((select attune_current_tenant()) = '*') with check ((select attune_current_tenant()) = '*');
grant select, insert, update, delete on replicas to attune_platform;
