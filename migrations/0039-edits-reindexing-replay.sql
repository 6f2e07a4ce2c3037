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

-- Questions of tenants with the setting log_questions, kept for 30 days.
create table question_log (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  id bigint generated always as identity,
  question text not null check (length(question) between 1 and 4000),
  asked_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index question_log_by_time on question_log (asked_at);
select attune_isolate_by_tenant('question_log');
grant select, insert (tenant_id, question) on question_log to attune_tenant;
grant select (tenant_id, id, asked_at), delete on question_log to attune_platform;

-- Logged questions asked again under a patch, in the background: at most one at a time.
create table replays (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  id text not null default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  state text not null default 'queued' check (state in ('queued', 'running', 'completed', 'stopped', 'cancelled', 'failed')),
  patch jsonb not null check (jsonb_typeof(patch) = 'object' and pg_column_size(patch) < 65536),
  -- Who started it: the questions are metered as theirs.
  subject text not null,
  created_by text not null,
  cancelled_by text,
  failures integer not null default 0,
  error text check (length(error) <= 500),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  check ((state in ('queued', 'running')) = (finished_at is null)),
  check ((state in ('stopped', 'failed')) = (error is not null))
);
create unique index replays_running on replays (tenant_id) where state in ('queued', 'running');
select attune_isolate_by_tenant('replays');
grant select, delete, insert (tenant_id, patch, subject, created_by),
  update (state, cancelled_by, failures, error, started_at, finished_at) on replays to attune_tenant;
grant select (tenant_id, id, created_at), delete on replays to attune_platform;
select attune_audit('replays', 'replay', 'id', '{"insert": "start", "update": "cancel", "delete": null}',
  '{patch, state, failures, error, started_at, finished_at}');

create table replay_items (
  tenant_id text not null,
  replay_id text not null,
  -- From 1, newest question first.
  position integer not null check (position > 0),
  question text not null,
  -- null until it was asked.
  result jsonb,
  primary key (tenant_id, replay_id, position),
  foreign key (tenant_id, replay_id) references replays (tenant_id, id) on delete cascade
);
select attune_isolate_by_tenant('replay_items');
grant select, insert (tenant_id, replay_id, position, question), update (result) on replay_items to attune_tenant;
