-- Changes that are given to a part of the tenants or of the queries first (specification §5.4). They belong to no tenant, and name many:
-- only the platform sees them.
create table rollouts (
  id text primary key default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  name text not null check (length(name) between 1 and 200),
  selector jsonb not null check (jsonb_typeof(selector) = 'object' and pg_column_size(selector) < 4194304),
  -- Values of settings, laid over what the tenants have; prompt_variables as a whole.
  changes jsonb not null check (jsonb_typeof(changes) = 'object' and pg_column_size(changes) < 65536),
  unit text not null check (unit in ('tenant', 'query')),
  percentage double precision not null check (percentage between 0 and 100),
  guardrails jsonb not null check (jsonb_typeof(guardrails) = 'object'),
  state text not null default 'running' check (state in ('running', 'stopped', 'promoted', 'aborted')),
  stop_reason text check (length(stop_reason) <= 500),
  -- Rises with every change of the percentage: what is measured counts for the step that it was measured in.
  step integer not null default 1 check (step > 0),
  step_started_at timestamptz not null default now(),
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- The bulk operation that its promotion was.
  bulk_id text references bulk_operations (id),
  check ((state = 'stopped') = (stop_reason is not null)),
  check ((state = 'running') = (finished_at is null)),
  check (bulk_id is null or state = 'promoted')
);
create index rollouts_by_time on rollouts (created_at desc, id desc);
create index rollouts_running on rollouts (created_at) where state = 'running';

-- What the queries of both arms came to, added up over all replicas.
create table rollout_observations (
  rollout_id text not null references rollouts (id) on delete cascade,
  step integer not null check (step > 0),
  arm text not null check (arm in ('control', 'treatment')),
  samples bigint not null check (samples >= 0),
  errors bigint not null check (errors between 0 and samples),
  fallbacks bigint not null check (fallbacks between 0 and samples),
  cost_usd double precision not null check (cost_usd >= 0),
  -- Queries by the time they took, one count for each bucket; the bounds are the product's.
  latencies bigint[] not null,
  last_at timestamptz not null default now(),
  primary key (rollout_id, step, arm)
);

-- The running rollouts are cached as a whole; their one version is counted in one row, whose lock puts its writers in order.
create table running_rollouts (
  id text primary key check (id = 'all'),
  version bigint not null default 1
);
insert into running_rollouts (id) values ('all');
create trigger count_version before update on running_rollouts for each row execute function attune_count_version();
create trigger feed_updates after update on running_rollouts referencing new table as changed
  for each statement execute function attune_feed_changes('rollouts', 'id');

create function attune_count_rollouts() returns trigger
  language plpgsql
as $$
begin
  update running_rollouts set version = version where id = 'all';
  return null;
end;
$$;
create trigger rollout_changes after insert or update or delete on rollouts
  for each statement execute function attune_count_rollouts();

revoke execute on function attune_count_rollouts() from public;
grant execute on function attune_count_rollouts() to attune_platform;
grant select, insert (name, selector, changes, unit, percentage, guardrails, created_by),
  update (percentage, state, stop_reason, step, step_started_at, finished_at, bulk_id) on rollouts to attune_platform;
grant select, insert, update (samples, errors, fallbacks, cost_usd, latencies, last_at) on rollout_observations to attune_platform;
grant select, update (version) on running_rollouts to attune_platform;

select attune_audit('rollouts', 'rollout', 'id', '{"insert": "start", "state:stopped": "stop", "state:promoted": "promote", "state:aborted": "abort"}',
  '{step, step_started_at, created_by, created_at, finished_at, bulk_id}');
