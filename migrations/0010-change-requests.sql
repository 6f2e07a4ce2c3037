-- Changes that wait for a platform admin's approval: each a patch on a base version, with what was shown to whoever decides.
create table change_requests (
  id text primary key default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  state text not null default 'pending' check (state in ('pending', 'applied', 'rejected', 'void', 'withdrawn')),
  base_version bigint not null check (base_version > 0),
  -- A merge patch of own settings, and override_allowed where that changes too.
  patch jsonb not null check (jsonb_typeof(patch) = 'object' and pg_column_size(patch) < 65536),
  -- [{field, from, to}]: what was stored for each field that changes, and what would be.
  diff jsonb not null check (jsonb_typeof(diff) = 'array' and pg_column_size(diff) < 196608),
  -- The own settings as they would stand after it, and of those that change the effective values that would come of it
  -- (a removed setting shows the layer below). Empty: only what is stored counts.
  settings_after jsonb not null check (jsonb_typeof(settings_after) = 'object' and pg_column_size(settings_after) < 65536),
  effective_after jsonb not null default '{}' check (jsonb_typeof(effective_after) = 'object' and pg_column_size(effective_after) < 65536),
  -- What it would have been called in the history had it needed no approval, and what that needs besides.
  kind text not null check (kind in ('update', 'rollback', 'bulk_update', 'bulk_revert', 'change_request', 'rollout', 'apply')),
  from_version bigint check (from_version > 0),
  -- Who will count as having set the settings, where that is not the requester's role; of a file, which settings it names.
  set_by text check (set_by in ('code', 'tenant_admin')),
  file_settings jsonb check (jsonb_typeof(file_settings) = 'array' and pg_column_size(file_settings) < 8192),
  bulk_id text,
  -- Whether the golden questions must be answered well when it is applied.
  gate boolean not null default false,
  reason text check (length(reason) <= 500),
  requested_by text not null,
  requested_by_role text not null check (requested_by_role in ('tenant_admin', 'platform_admin')),
  created_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  comment text check (length(comment) <= 500),
  void_reason text check (length(void_reason) <= 4000),
  -- The version that it became.
  applied_version bigint check (applied_version > base_version),
  check ((state = 'pending') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check ((state = 'void') = (void_reason is not null)),
  check ((state = 'applied') = (applied_version is not null)),
  check (comment is null or state <> 'pending')
);
create index change_requests_by_tenant on change_requests (tenant_id, created_at desc, id desc);
create index change_requests_by_state on change_requests (state, created_at desc, id desc);
create index change_requests_by_time on change_requests (created_at desc, id desc);
create index change_requests_by_bulk on change_requests (bulk_id) where bulk_id is not null;
select attune_isolate_by_tenant('change_requests');

-- A tenant asks and takes back what it asked; the platform decides. What was decided, stays: no policy lets it be updated.
create policy tenant_asks on change_requests as restrictive for insert to attune_tenant
  with check (state = 'pending' and requested_by_role = 'tenant_admin' and bulk_id is null and set_by is null);
create policy tenant_withdraws on change_requests as restrictive for update to attune_tenant
  using (state = 'pending' and requested_by_role = 'tenant_admin') with check (state = 'withdrawn');
create policy platform_asks on change_requests as restrictive for insert to attune_platform
  with check (state = 'pending' and requested_by_role = 'platform_admin');
create policy platform_decides on change_requests as restrictive for update to attune_platform
  using (state = 'pending') with check (state in ('applied', 'rejected', 'void'));

grant select,
  insert (tenant_id, base_version, patch, diff, settings_after, effective_after, kind, from_version, set_by, file_settings, bulk_id,
    gate, reason, requested_by, requested_by_role) on change_requests to attune_tenant, attune_platform;
grant update (state, decided_by, decided_at) on change_requests to attune_tenant;
grant update (state, decided_by, decided_at, comment, void_reason, applied_version) on change_requests to attune_platform;

-- What a bulk operation asks for in a thousand tenants' names is its own act; the decision on each is one of its own.
select attune_audit('change_requests', 'change_request', 'id',
  '{"insert": "request", "state:applied": "approve", "state:rejected": "reject", "state:withdrawn": "withdraw", "state:void": "void"}',
  '{settings_after, effective_after}', by_bulk_no_act => true);
