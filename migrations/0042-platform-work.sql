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

-- How many of a day's queries were admitted in the last minute in which any was. A row is written for each admission anyway.
alter table quota_counters add column minute timestamptz, add column minute_queries integer not null default 0 check (minute_queries >= 0);
grant update (minute, minute_queries) on quota_counters to attune_ledger;

-- As in 0036, with `rates`: how many queries each tenant may be admitted in a minute of the clock, null for any number. Admissions are
-- counted by the minute even without a rate, so also those of replicas of the release before, whose calls have 18 arguments. The refusal can
-- also be 'rate', and the answer has minute_ends. The function is replaced, because two of one name would be ambiguous for `migrate`.
create temporary table ledger_callers on commit drop as
  select distinct g.grantee::regrole::text as caller from pg_proc p cross join aclexplode(p.proacl) g
  where p.proname = 'attune_write_ledger' and g.privilege_type = 'EXECUTE' and g.grantee <> 0 and g.grantee <> p.proowner;
grant create on schema public to attune_ledger;
drop function attune_write_ledger(text[], bigint[], text[], text[], bigint[], bigint[], bigint[], integer[],
  text[], bigint[], text[], bigint[], integer[], bigint[], bigint[], integer[], boolean, timestamptz);
create function attune_write_ledger(
  settled_tenants text[], settled_ids bigint[], outcomes text[], models text[],
  inputs bigint[], outputs bigint[], costs bigint[], latencies integer[],
  admitted_tenants text[], admitted_ids bigint[], users text[], config_versions bigint[],
  quotas integer[], budgets bigint[], max_costs bigint[], lifetimes integer[],
  may_wait boolean, given timestamptz, rates integer[] default null) returns jsonb
  language plpgsql security definer set search_path = public, pg_temp
  -- Few rows by key, however large the tables are: the one plan for any length of the arrays.
  set jit = off set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_material = off
  set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  named text[] := settled_tenants || admitted_tenants;
  scope text := set_config('app.ledger_tenants', named::text, true);
  moment timestamptz := coalesce(given, clock_timestamp());
  this_day date := (moment at time zone 'UTC')::date;
  this_month date := date_trunc('month', this_day::timestamp)::date;
  this_minute timestamptz;
  not_locked jsonb := case when not may_wait then '"busy"' end;
  unlocked text[];
  settlements jsonb := '[]';
  answers jsonb[] := '{}';
  is_new boolean[] := '{}';
  this_tenant text;
  used_today integer;
  used_this_minute integer;
  held_nano bigint;
  refusal text;
  now_at timestamptz;
  q record;
begin
  if may_wait then
    perform set_config('lock_timeout', '10s', true);
    perform from tenants t where t.tenant_id = any (named) order by t.tenant_id for key share;
    insert into budget_months (tenant_id, month)
      select t.tenant_id, this_month from tenants t where t.tenant_id = any (admitted_tenants) order by 1
      on conflict do nothing;
    perform from budget_months b
      where b.tenant_id = any (named) and (b.month = this_month or b.month in (
        select date_trunc('month', l.day::timestamp)::date from unnest(settled_tenants, settled_ids) as s (tenant, id)
        join usage_log l on l.tenant_id = s.tenant and l.id = s.id))
      order by b.tenant_id, b.month for update;
    perform from usage_log l join unnest(settled_tenants, settled_ids) as s (tenant, id) on l.tenant_id = s.tenant and l.id = s.id
      order by l.tenant_id, l.id for update of l;
  end if;
  -- A tenant's queries are written one call after the other, under the locks of the months that they count for.
  with wanted as materialized (
    select a.tenant, this_month as month from unnest(admitted_tenants) as a (tenant)
    union
    select s.tenant, date_trunc('month', l.day::timestamp)::date from unnest(settled_tenants, settled_ids) as s (tenant, id)
      join usage_log l on l.tenant_id = s.tenant and l.id = s.id
  ), locked as materialized (
    select b.tenant_id, b.month
    from wanted w join tenants t on t.tenant_id = w.tenant join budget_months b on b.tenant_id = w.tenant and b.month = w.month
    for key share of t skip locked for update of b skip locked
  )
  select coalesce(array_agg(w.tenant), '{}') into unlocked
    from wanted w left join locked l on l.tenant_id = w.tenant and l.month = w.month where l.tenant_id is null;

  if cardinality(settled_ids) > 0 then
    with given_once as materialized (
      select distinct on (s.tenant, s.id) s.*
      from unnest(settled_tenants, settled_ids, outcomes, models, inputs, outputs, costs, latencies) with ordinality
        as s (tenant, id, outcome, model, input, output, cost, latency, place)
      where s.tenant <> all (unlocked)
      order by s.tenant, s.id, s.place
    ), lines as materialized (
      select s.*, l.day, l.outcome is null and l.expires_at > moment as is_in_time
      from given_once s join usage_log l on l.tenant_id = s.tenant and l.id = s.id
      where l.outcome is null or l.outcome = 'unsettled'
      for update of l skip locked
    ), closed as (
      update usage_log l
      set outcome = s.outcome, model = s.model, prompt_tokens = s.input, completion_tokens = s.output, cost_nano_usd = s.cost,
        latency_ms = s.latency
      from lines s where l.tenant_id = s.tenant and l.id = s.id
    ), spent as (
      update budget_months b
      set spent_nano_usd = b.spent_nano_usd + m.cost, last_query_at = greatest(b.last_query_at, moment)
      from (select s.tenant, date_trunc('month', s.day::timestamp)::date as month, sum(s.cost)::bigint as cost from lines s group by 1, 2) m
      where b.tenant_id = m.tenant and b.month = m.month
    ), counted as (
      insert into usage_daily as d (tenant_id, day, model, queries, prompt_tokens, completion_tokens, cost_nano_usd)
      select s.tenant, s.day, s.model, count(*), sum(s.input)::bigint, sum(s.output)::bigint, sum(s.cost)::bigint
      from lines s where s.model is not null group by 1, 2, 3
      on conflict (tenant_id, day, model) do update set queries = d.queries + excluded.queries,
        prompt_tokens = d.prompt_tokens + excluded.prompt_tokens, completion_tokens = d.completion_tokens + excluded.completion_tokens,
        cost_nano_usd = d.cost_nano_usd + excluded.cost_nano_usd
    )
    select jsonb_agg(case
        when l.is_in_time then '"settled"'
        when l.place is not null then '"late"'
        when s.tenant = any (unlocked) then not_locked
        -- Locked by another transaction, or given twice.
        when (select o.outcome is null or o.outcome = 'unsettled' from usage_log o where o.tenant_id = s.tenant and o.id = s.id)
          then '"busy"'
        when (select true from tenants t where t.tenant_id = s.tenant) then '"again"'
      end order by s.place) into settlements
      from unnest(settled_tenants, settled_ids) with ordinality as s (tenant, id, place) left join lines l on l.place = s.place;
  end if;

  -- Waiting may have taken its time, and whoever had the lock changed what is read now.
  now_at := coalesce(given, clock_timestamp());
  this_minute := date_trunc('minute', now_at);
  if cardinality(admitted_ids) = 0 then
    return jsonb_build_object('settlements', settlements, 'admissions', jsonb '[]');
  end if;
  for q in
    with figures as materialized (
      select b.tenant_id, b.spent_nano_usd as spent, coalesce((
          select sum(l.reserved_nano_usd) from usage_log l
          where l.tenant_id = b.tenant_id and l.outcome is null and l.expires_at > now_at and l.day >= this_month), 0)::bigint as held,
        coalesce(c.queries, 0) as used, case when c.minute = this_minute then c.minute_queries else 0 end as minute_used,
        (select c.version from corpora c where c.tenant_id = b.tenant_id) as data_version
      from (select distinct a.tenant from unnest(admitted_tenants) as a (tenant)) a
      join budget_months b on b.tenant_id = a.tenant and b.month = this_month
      left join quota_counters c on c.tenant_id = b.tenant_id and c.day = this_day
      where a.tenant <> all (unlocked)
    )
    select a.*, f.*, 
      coalesce((select true from usage_log l where l.tenant_id = a.tenant and l.id = a.id), false) as is_known
    from unnest(admitted_tenants, admitted_ids, quotas, budgets, max_costs, rates) with ordinality
      as a (tenant, id, quota, budget, max_cost, rate, place)
    left join figures f on f.tenant_id = a.tenant
    order by a.tenant, a.place
  loop
    if q.tenant is distinct from this_tenant then
      this_tenant := q.tenant;
      used_today := q.used;
      used_this_minute := q.minute_used;
      held_nano := q.held;
    end if;
    refusal := case
      when q.is_known then null
      when used_today >= q.quota then 'quota'
      when used_this_minute >= q.rate then 'rate'
      -- What costs nothing needs no budget.
      when q.max_cost > 0 and q.spent + held_nano + q.max_cost > q.budget then 'budget'
    end;
    answers[q.place::int] := case when q.tenant_id is null then not_locked else jsonb_build_object(
      'refusal', refusal, 'used', used_today, 'spent_usd', (q.spent / 1e9)::float8, 'held_usd', (held_nano / 1e9)::float8, 'data_version', q.data_version) end;
    is_new[q.place::int] := q.tenant_id is not null and refusal is null and not q.is_known;
    if is_new[q.place::int] then
      used_today := used_today + 1;
      used_this_minute := used_this_minute + 1;
      held_nano := held_nano + q.max_cost;
    end if;
  end loop;
  if true = any (is_new) then
    with lines as (
      insert into usage_log (tenant_id, id, admitted_at, day, user_id, config_version, reserved_nano_usd, expires_at)
        overriding system value
      select a.tenant, a.id, now_at, this_day, a.asker, a.config_version, a.max_cost, now_at + a.lifetime_ms * interval '1 millisecond'
      from unnest(admitted_tenants, admitted_ids, users, config_versions, max_costs, lifetimes, is_new)
        as a (tenant, id, asker, config_version, max_cost, lifetime_ms, is_new)
      where a.is_new
      -- Of the same call that was sent before and is committed only now.
      on conflict do nothing
      returning tenant_id
    )
    insert into quota_counters as c (tenant_id, day, queries, minute, minute_queries)
      select l.tenant_id, this_day, count(*), this_minute, count(*) from lines l group by 1
      on conflict (tenant_id, day) do update set queries = c.queries + excluded.queries, minute = excluded.minute,
        minute_queries = case when c.minute = excluded.minute then c.minute_queries else 0 end + excluded.minute_queries;
  end if;
  return jsonb_build_object('settlements', settlements, 'admissions', to_jsonb(answers), 'day_ends', (this_day + 1)::timestamp at time zone 'UTC',
    'month_ends', (this_month + interval '1 month') at time zone 'UTC', 'minute_ends', this_minute + interval '1 minute', 'now_at', now_at);
end;
$$;
alter function attune_write_ledger(text[], bigint[], text[], text[], bigint[], bigint[], bigint[], integer[],
  text[], bigint[], text[], bigint[], integer[], bigint[], bigint[], integer[], boolean, timestamptz, integer[]) owner to attune_ledger;
revoke create on schema public from attune_ledger;
revoke execute on function attune_write_ledger from public;
do $$
declare
  ledger_caller text;
begin
  for ledger_caller in select caller from ledger_callers loop
    execute format('grant execute on function attune_write_ledger to %s', ledger_caller);
  end loop;
end;
$$;
