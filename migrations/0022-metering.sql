-- What a tenant used and may still use (specification §4.7). Money is whole nano-dollars; days and months are those of UTC.

-- Queries admitted on each day: what max_queries_per_day is held against, and for good the history of how many there were.
create table quota_counters (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  day date not null,
  queries integer not null check (queries > 0),
  primary key (tenant_id, day)
) with (fillfactor = 70);
select attune_isolate_by_tenant('quota_counters');

-- What was spent in each month. The row of the month is also the lock under which a tenant's queries are admitted one after the other.
create table budget_months (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  month date not null check (extract(day from month) = 1),
  spent_nano_usd bigint not null default 0 check (spent_nano_usd >= 0),
  -- When a query of this month ended last; null before the first. In no index, so that writing it stays cheap.
  last_query_at timestamptz,
  primary key (tenant_id, month)
) with (fillfactor = 70);
create index budget_months_by_month on budget_months (month);
select attune_isolate_by_tenant('budget_months');

-- One line for each admitted query, never its text. While outcome is null the line is a reservation: until expires_at its money is held.
create table usage_log (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  id bigint generated always as identity,
  admitted_at timestamptz not null,
  -- The day, and with it the month, that the query counts for, however late it ends.
  day date not null,
  user_id text not null check (length(user_id) <= 250),
  config_version bigint not null,
  reserved_nano_usd bigint not null check (reserved_nano_usd >= 0),
  expires_at timestamptz not null,
  -- unsettled: its replica did not come back to it in time. A settlement that comes later still counts.
  outcome text check (outcome in ('answered', 'failed', 'cancelled', 'unsettled')),
  -- The model that was paid; null where none was.
  model text,
  prompt_tokens bigint not null default 0 check (prompt_tokens >= 0),
  completion_tokens bigint not null default 0 check (completion_tokens >= 0),
  cost_nano_usd bigint not null default 0 check (cost_nano_usd >= 0),
  latency_ms integer check (latency_ms >= 0),
  primary key (tenant_id, id)
);
create index usage_log_open on usage_log (tenant_id, expires_at) include (day, reserved_nano_usd) where outcome is null;
-- Lines come in by time and go by time: a few pages tell which are old.
create index usage_log_by_time on usage_log using brin (admitted_at);
select attune_isolate_by_tenant('usage_log');

-- The log added up, so that a year is read without it and it can be pruned.
create table usage_daily (
  tenant_id text not null references tenants (tenant_id) on delete cascade,
  day date not null,
  model text not null,
  queries bigint not null check (queries > 0),
  prompt_tokens bigint not null check (prompt_tokens >= 0),
  completion_tokens bigint not null check (completion_tokens >= 0),
  cost_nano_usd bigint not null check (cost_nano_usd >= 0),
  primary key (tenant_id, day, model)
) with (fillfactor = 70);
select attune_isolate_by_tenant('usage_daily');

-- Admits a query of the transaction's tenant, or says what refuses it ('quota', 'budget') and writes nothing. No row: no such tenant.
-- budget_nano is null for unlimited; given is the time of a test's clock, null for Postgres' own.
create function attune_admit_query(
  quota integer, budget_nano bigint, dearest_nano bigint, held_ms integer, asker text, version bigint, given timestamptz)
  returns table (refusal text, log_id text, used integer, spent_usd float8, held_usd float8, day_ends timestamptz, month_ends timestamptz, now_at timestamptz)
  language plpgsql
as $$
declare
  tenant text := attune_current_tenant();
  this_day date := (coalesce(given, clock_timestamp()) at time zone 'UTC')::date;
  this_month date := date_trunc('month', this_day::timestamp)::date;
  spent bigint;
  held bigint;
begin
  -- First, as everybody who changes what is a tenant's: a deletion waits here, or has been.
  perform from tenants t where t.tenant_id = tenant for key share;
  if not found then
    return;
  end if;
  perform from budget_months b where b.tenant_id = tenant and b.month = this_month for update;
  if not found then
    insert into budget_months (tenant_id, month) values (tenant, this_month) on conflict do nothing;
    perform from budget_months b where b.tenant_id = tenant and b.month = this_month for update;
  end if;
  -- Waiting may have taken its time, and whoever had the lock changed what is read now.
  now_at := coalesce(given, clock_timestamp());
  -- One statement, so that a query which ends meanwhile counts either as held or as spent.
  select b.spent_nano_usd, coalesce((
      select sum(l.reserved_nano_usd) from usage_log l
      where l.tenant_id = tenant and l.outcome is null and l.expires_at > now_at and l.day >= this_month), 0)
    into spent, held
    from budget_months b where b.tenant_id = tenant and b.month = this_month;
  select c.queries into used from quota_counters c where c.tenant_id = tenant and c.day = this_day;
  used := coalesce(used, 0);
  spent_usd := spent / 1e9;
  held_usd := held / 1e9;
  day_ends := (this_day + 1)::timestamp at time zone 'UTC';
  month_ends := (this_month + interval '1 month') at time zone 'UTC';
  if used >= quota then
    refusal := 'quota';
  -- What costs nothing needs no budget.
  elsif dearest_nano > 0 and spent + held + dearest_nano > budget_nano then
    refusal := 'budget';
  else
    insert into quota_counters as c (tenant_id, day, queries) values (tenant, this_day, 1)
      on conflict (tenant_id, day) do update set queries = c.queries + 1;
    insert into usage_log as l (tenant_id, admitted_at, day, user_id, config_version, reserved_nano_usd, expires_at)
      values (tenant, now_at, this_day, asker, version, dearest_nano, now_at + held_ms * interval '1 millisecond')
      returning l.id::text into log_id;
  end if;
  return next;
end;
$$;

-- Settles an admitted query: its line, the month's spending and the day's sums, all or nothing. 'settled', 'again' where it was settled
-- before (then nothing is changed), 'late' where the reservation had been given up, and null where the tenant is gone.
create function attune_settle_query(
  settled_id bigint, result text, paid_model text, input bigint, output bigint, cost bigint, took_ms integer, given timestamptz)
  returns text
  language plpgsql
as $$
declare
  tenant text := attune_current_tenant();
  moment timestamptz := coalesce(given, clock_timestamp());
  line usage_log;
begin
  perform from tenants t where t.tenant_id = tenant for key share;
  if not found then
    return null;
  end if;
  select * into line from usage_log l
    where l.tenant_id = tenant and l.id = settled_id and (l.outcome is null or l.outcome = 'unsettled') for update;
  if not found then
    return 'again';
  end if;
  update usage_log l
    set outcome = result, model = paid_model, prompt_tokens = input, completion_tokens = output, cost_nano_usd = cost, latency_ms = took_ms
    where l.tenant_id = tenant and l.id = settled_id;
  update budget_months b
    set spent_nano_usd = b.spent_nano_usd + cost, last_query_at = greatest(b.last_query_at, moment)
    where b.tenant_id = tenant and b.month = date_trunc('month', line.day::timestamp)::date;
  if paid_model is not null then
    insert into usage_daily as d (tenant_id, day, model, queries, prompt_tokens, completion_tokens, cost_nano_usd)
      values (tenant, line.day, paid_model, 1, input, output, cost)
      on conflict (tenant_id, day, model) do update set queries = d.queries + 1, prompt_tokens = d.prompt_tokens + input,
        completion_tokens = d.completion_tokens + output, cost_nano_usd = d.cost_nano_usd + cost;
  end if;
  return case when line.outcome is null and line.expires_at > moment then 'settled' else 'late' end;
end;
$$;

revoke execute on function attune_admit_query(integer, bigint, bigint, integer, text, bigint, timestamptz) from public;
revoke execute on function attune_settle_query(bigint, text, text, bigint, bigint, bigint, integer, timestamptz) from public;
grant execute on function attune_admit_query(integer, bigint, bigint, integer, text, bigint, timestamptz) to attune_tenant;
grant execute on function attune_settle_query(bigint, text, text, bigint, bigint, bigint, integer, timestamptz) to attune_tenant;

grant select, insert, update (queries) on quota_counters to attune_tenant;
grant select, insert, update (spent_nano_usd, last_query_at) on budget_months to attune_tenant;
grant select, insert, update (outcome, model, prompt_tokens, completion_tokens, cost_nano_usd, latency_ms) on usage_log to attune_tenant;
grant select, insert, update (queries, prompt_tokens, completion_tokens, cost_nano_usd) on usage_daily to attune_tenant;
-- Any replica gives up what expired, prunes what is old, and asks who was active.
grant select on budget_months to attune_platform;
grant select, update (outcome), delete on usage_log to attune_platform;
