-- Admissions and settlements of many tenants in one statement, by the rules of 0022. The functions of 0022 stay for replicas of the
-- release before; both kinds lock the tenant, then the month, and so agree.

-- The owner of the function: it sees the ledger of the tenants that the call names, and nothing else.
do $$
begin
  begin
    create role attune_ledger nologin;
  exception when duplicate_object or unique_violation then
    null;
  end;
  execute format('grant attune_ledger to %I', current_user);
end;
$$;
grant usage, create on schema public to attune_ledger;

-- Set by attune_write_ledger for its own transaction, and read by the policies of attune_ledger only.
create function attune_ledger_tenants() returns text[]
  language sql stable
  return nullif(current_setting('app.ledger_tenants', true), '')::text[];
revoke execute on function attune_ledger_tenants() from public;
grant execute on function attune_ledger_tenants() to attune_ledger;

do $$
declare
  ledger text;
begin
  foreach ledger in array array['quota_counters', 'budget_months', 'usage_log', 'usage_daily'] loop
    execute format('create policy ledger_scope on %I to attune_ledger
      using (array_position((select attune_ledger_tenants()), tenant_id) > 0)
      with check (array_position((select attune_ledger_tenants()), tenant_id) > 0)', ledger);
  end loop;
end;
$$;
-- To lock a row needs the right to update a column of it; the check lets no update pass.
create policy ledger_locks on tenants to attune_ledger
  using (array_position((select attune_ledger_tenants()), tenant_id) > 0) with check (false);
create policy ledger_reads on corpora for select to attune_ledger
  using (array_position((select attune_ledger_tenants()), tenant_id) > 0);
grant select (tenant_id), update (updated_at) on tenants to attune_ledger;
grant select (tenant_id, version) on corpora to attune_ledger;
grant select, insert, update (queries) on quota_counters to attune_ledger;
grant select, insert, update (spent_nano_usd, last_query_at) on budget_months to attune_ledger;
grant select, insert, update (outcome, model, prompt_tokens, completion_tokens, cost_nano_usd, latency_ms) on usage_log to attune_ledger;
grant select, insert, update (queries, prompt_tokens, completion_tokens, cost_nano_usd) on usage_daily to attune_ledger;

-- Settles what settled_… name, then admits what admitted_… name, one element each for a query; every query of a tenant in the order of the
-- arrays. The caller makes the ids, so that it can repeat a call whose commit is unknown: what was written stays and is answered as before.
-- A null in budgets is an unlimited budget; given is the time of a test's clock, null for Postgres' own.
--
-- Without may_wait the call waits for no lock. A query whose tenant or line is locked by another transaction, or whose tenant has no row for
-- the month yet, is answered 'busy' and nothing is written for it. With may_wait it waits up to 10 s for each lock.
--
-- Returns {settlements: ['settled' | 'late' | 'again' | 'busy' | null], admissions: [{refusal, used, spent_usd, held_usd, data_version} | 'busy' | null],
-- day_ends, month_ends, now_at}. null: no such tenant.
create function attune_write_ledger(
  settled_tenants text[], settled_ids bigint[], outcomes text[], models text[],
  inputs bigint[], outputs bigint[], costs bigint[], latencies integer[],
  admitted_tenants text[], admitted_ids bigint[], users text[], config_versions bigint[],
  quotas integer[], budgets bigint[], max_costs bigint[], lifetimes integer[],
  may_wait boolean, given timestamptz) returns jsonb
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
  not_locked jsonb := case when not may_wait then '"busy"' end;
  unlocked text[];
  settlements jsonb := '[]';
  answers jsonb[] := '{}';
  is_new boolean[] := '{}';
  this_tenant text;
  used_today integer;
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
  if cardinality(admitted_ids) = 0 then
    return jsonb_build_object('settlements', settlements, 'admissions', jsonb '[]');
  end if;
  for q in
    with figures as materialized (
      select b.tenant_id, b.spent_nano_usd as spent, coalesce((
          select sum(l.reserved_nano_usd) from usage_log l
          where l.tenant_id = b.tenant_id and l.outcome is null and l.expires_at > now_at and l.day >= this_month), 0)::bigint as held,
        coalesce((select c.queries from quota_counters c where c.tenant_id = b.tenant_id and c.day = this_day), 0) as used,
        (select c.version from corpora c where c.tenant_id = b.tenant_id) as data_version
      from (select distinct a.tenant from unnest(admitted_tenants) as a (tenant)) a
      join budget_months b on b.tenant_id = a.tenant and b.month = this_month
      where a.tenant <> all (unlocked)
    )
    select a.*, f.*, 
      coalesce((select true from usage_log l where l.tenant_id = a.tenant and l.id = a.id), false) as is_known
    from unnest(admitted_tenants, admitted_ids, quotas, budgets, max_costs) with ordinality as a (tenant, id, quota, budget, max_cost, place)
    left join figures f on f.tenant_id = a.tenant
    order by a.tenant, a.place
  loop
    if q.tenant is distinct from this_tenant then
      this_tenant := q.tenant;
      used_today := q.used;
      held_nano := q.held;
    end if;
    refusal := case
      when q.is_known then null
      when used_today >= q.quota then 'quota'
      -- What costs nothing needs no budget.
      when q.max_cost > 0 and q.spent + held_nano + q.max_cost > q.budget then 'budget'
    end;
    answers[q.place::int] := case when q.tenant_id is null then not_locked else jsonb_build_object(
      'refusal', refusal, 'used', used_today, 'spent_usd', (q.spent / 1e9)::float8, 'held_usd', (held_nano / 1e9)::float8, 'data_version', q.data_version) end;
    is_new[q.place::int] := q.tenant_id is not null and refusal is null and not q.is_known;
    if is_new[q.place::int] then
      used_today := used_today + 1;
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
    insert into quota_counters as c (tenant_id, day, queries)
      select l.tenant_id, this_day, count(*) from lines l group by 1
      on conflict (tenant_id, day) do update set queries = c.queries + excluded.queries;
  end if;
  return jsonb_build_object('settlements', settlements, 'admissions', to_jsonb(answers), 'day_ends', (this_day + 1)::timestamp at time zone 'UTC',
    'month_ends', (this_month + interval '1 month') at time zone 'UTC', 'now_at', now_at);
end;
$$;
alter function attune_write_ledger(text[], bigint[], text[], text[], bigint[], bigint[], bigint[], integer[],
  text[], bigint[], text[], bigint[], integer[], bigint[], bigint[], integer[], boolean, timestamptz) owner to attune_ledger;
revoke create on schema public from attune_ledger;
-- `migrate` lets the login run it: it needs no role, because it gives its caller none.
revoke execute on function attune_write_ledger from public;
