-- Requests that carried an Idempotency-Key, and what they were answered. Neither the key nor the answer can be read here: the
-- key is only a hash, and the answer, which may hold a new API key, is encrypted with what only its asker knows.
create table idempotency_keys (
  key_sha256 bytea primary key check (length(key_sha256) = 32),
  -- null: asked by the platform.
  tenant_id text references tenants (tenant_id) on delete cascade,
  request_sha256 bytea not null check (length(request_sha256) = 32),
  -- null while the first request runs.
  sealed_answer bytea,
  -- A request that never ended is given up much sooner than an answer.
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index idempotency_keys_by_expiry on idempotency_keys (expires_at);
create index idempotency_keys_by_tenant on idempotency_keys (tenant_id);
select attune_isolate_by_tenant('idempotency_keys');
create policy platform_requests on idempotency_keys to attune_platform
  using (tenant_id is null and (select attune_current_tenant()) = '*')
  with check (tenant_id is null and (select attune_current_tenant()) = '*');
grant select, insert, update, delete on idempotency_keys to attune_tenant, attune_platform;
