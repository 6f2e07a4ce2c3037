-- A golden question is edited in place: it keeps its id and its place in the list.
grant update (question, expect_sources, expect_phrases) on golden_questions to attune_tenant;

-- Embedding all of a tenant's documents again, in the background: at most one at a time, continued where a killed replica stopped.
create table document_reindexings (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  id text not null default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  state text not null default 'queued' check (state in ('queued', 'running', 'completed', 'failed')),
  -- The embedder whose vectors it makes; another one begins again.
  embedder text not null,
  done integer not null default 0 check (done >= 0),
  total integer not null check (total >= 0),
  -- The number of the last document that is done.
  last_number integer not null default 0,
  -- Attempts that failed since the last one that did not.
  failures integer not null default 0,
  error text check (length(error) <= 500),
  created_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  check ((state in ('queued', 'running')) = (finished_at is null)),
  check ((state = 'failed') = (error is not null))
);
create unique index document_reindexings_running on document_reindexings (tenant_id) where state in ('queued', 'running');
select attune_isolate_by_tenant('document_reindexings');
grant select, delete, insert (tenant_id, embedder, total, created_by),
  update (state, embedder, done, total, last_number, failures, error, started_at, finished_at) on document_reindexings to attune_tenant;
select attune_audit('document_reindexings', 'reindexing', 'id', '{"insert": "start", "update": null, "delete": null}');
