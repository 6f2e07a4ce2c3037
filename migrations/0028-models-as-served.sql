-- How a server names a model, what else its requests hold, which efforts of reasoning it takes, and the prices of cached tokens; null: none.
alter table models
  add column upstream_model text check (length(upstream_model) between 1 and 200),
  add column headers jsonb check (jsonb_typeof(headers) = 'object'),
  -- Counts the changes of `headers`, which can be secrets, so that the audit log shows a change and not the value.
  add column headers_version integer not null default 0,
  add column extra_body jsonb check (jsonb_typeof(extra_body) = 'object'),
  add column reasoning text[] check (reasoning <@ '{none,low,medium,high}'),
  add column cached_input_usd_per_mtok double precision check (cached_input_usd_per_mtok >= 0),
  add column cache_write_usd_per_mtok double precision check (cache_write_usd_per_mtok >= 0);

create function attune_count_header_changes() returns trigger
  language plpgsql
as $$
begin
  new.headers_version := old.headers_version + 1;
  return new;
end;
$$;
revoke execute on function attune_count_header_changes() from public;
create trigger count_header_changes before update on models
  for each row when (old.headers is distinct from new.headers) execute function attune_count_header_changes();

-- As in 0008, without the headers.
drop trigger audit_inserts on models;
drop trigger audit_updates on models;
drop trigger audit_deletes on models;
select attune_audit('models', 'model', 'id', '{"state:retired": "retire"}', '{updated_at, headers}');

-- Models and plans that are not in use can be deleted. A plan that is created again must not begin below the version of the deleted one,
-- which caches remember.
grant delete on plans, models to attune_platform;
alter table plans alter column version set default (extract(epoch from clock_timestamp()) * 1000)::bigint;

-- What the shipped models take and cost, from the same price lists as in 0002; where the prices were changed, nothing is assumed.
update models m set cached_input_usd_per_mtok = v.cached, cache_write_usd_per_mtok = v.cache_write, reasoning = v.reasoning
from (values
  ('gpt-4o', 2.5, 1.25, null, null),
  ('gpt-4o-mini', 0.15, 0.075, null, null),
  ('gpt-4.1', 2, 0.5, null, null),
  ('gpt-4.1-mini', 0.4, 0.1, null, null),
  ('gpt-5', 1.25, 0.125, null, '{low,medium,high}'::text[]),
  ('gpt-5-mini', 0.25, 0.025, null, '{low,medium,high}'),
  ('claude-3-haiku-20240307', 0.25, 0.03, 0.3, null),
  ('claude-haiku-4-5-20251001', 1, 0.1, 1.25, null),
  ('claude-3-sonnet-20240229', 3, 0.3, 3.75, null),
  ('claude-sonnet-4-6', 3, 0.3, 3.75, '{low,medium,high}'),
  ('claude-opus-4-6', 5, 0.5, 6.25, '{low,medium,high}')
) as v (id, input, cached, cache_write, reasoning)
where m.id = v.id and m.base_url is null and m.input_usd_per_mtok = v.input;
