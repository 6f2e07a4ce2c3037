-- Webhooks: addresses that are told of events (Standard Webhooks 1.0.0). Deliveries are written by triggers in the transaction of the
-- change itself, so that no path of writing can forget them, and are sent afterwards by any replica.

-- The worker that sends: the only role that reads secrets.
do $$
begin
  create role attune_webhooks nologin;
exception when duplicate_object or unique_violation then
  null;
end;
$$;
grant usage on schema public to attune_webhooks;

create table webhooks (
  id text primary key default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  -- null: the platform's, for events of all tenants.
  tenant_id text references tenants (tenant_id) on delete cascade,
  url text not null check (length(url) between 8 and 2000),
  events text[] not null check (cardinality(events) between 1 and 50),
  state text not null default 'active' check (state in ('active', 'failing', 'disabled')),
  -- Why the worker set the state; null where a person did.
  state_reason text check (length(state_reason) <= 500),
  -- The first failed attempt since the last one that succeeded.
  failing_since timestamptz,
  secret bytea not null check (length(secret) between 24 and 64),
  -- After a rotation both secrets sign until this time.
  previous_secret bytea,
  rotation_ends_at timestamptz,
  -- The replica that serves the webhook renews it; nobody else serves it until then.
  leased_until timestamptz,
  -- The receiver asked for a pause.
  paused_until timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  check ((previous_secret is null) = (rotation_ends_at is null))
);
create index webhooks_by_tenant on webhooks (tenant_id, created_at desc, id desc);
select attune_isolate_by_tenant('webhooks');

-- One event for one webhook, with the log of its attempts.
create table webhook_deliveries (
  -- The `webhook-id` of every attempt.
  id text primary key default replace(gen_random_uuid()::text, '-', '') check (id ~ '^[a-z0-9]{8,32}$'),
  webhook_id text not null references webhooks (id) on delete cascade,
  -- Of a webhook of the platform, which the tenant must not see.
  is_platform boolean not null,
  -- The tenant that the event is about; null for events of the platform.
  tenant_id text references tenants (tenant_id) on delete cascade,
  event text not null check (length(event) <= 60),
  data jsonb not null check (jsonb_typeof(data) = 'object' and pg_column_size(data) < 16384),
  -- Of an event that is noticed again and again, and told once.
  once_key text check (length(once_key) <= 200),
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  -- Since it was created or replayed.
  attempt_count integer not null default 0 check (attempt_count >= 0),
  next_attempt_at timestamptz default now(),
  -- [{at, status, latency_ms, error, response}], the last 20.
  attempts jsonb not null default '[]' check (jsonb_typeof(attempts) = 'array'),
  created_at timestamptz not null default now(),
  check ((state = 'pending') = (next_attempt_at is not null))
) with (fillfactor = 70);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, created_at desc, id desc);
create index webhook_deliveries_pending on webhook_deliveries (webhook_id, next_attempt_at) where state = 'pending';
create index webhook_deliveries_by_tenant on webhook_deliveries (tenant_id);
create index webhook_deliveries_by_time on webhook_deliveries using brin (created_at);
create unique index webhook_deliveries_told_once on webhook_deliveries (webhook_id, once_key) where once_key is not null;
select attune_isolate_by_tenant('webhook_deliveries');
create policy own_webhooks on webhook_deliveries as restrictive to attune_tenant using (not is_platform) with check (not is_platform);

create policy worker_sends on webhooks to attune_webhooks using (true) with check (true);
create policy worker_sends on webhook_deliveries to attune_webhooks using (true) with check (true);
create policy definer_reads on webhooks for select to attune_definer using (true);
create policy definer_works on webhook_deliveries to attune_definer using (true) with check (true);

-- All columns but the secrets and what the worker notes for itself.
grant select (id, tenant_id, url, events, state, state_reason, failing_since, rotation_ends_at, created_by, created_at),
  insert (tenant_id, url, events, secret, created_by), update (url, events, state, state_reason, failing_since, paused_until, secret), delete
  on webhooks to attune_tenant, attune_platform;
grant select, update (state, attempt_count, next_attempt_at) on webhook_deliveries to attune_tenant, attune_platform;
grant select, update (state, state_reason, failing_since, leased_until, paused_until) on webhooks to attune_webhooks;
grant select, insert (webhook_id, is_platform, tenant_id, event, data, state, next_attempt_at),
  update (state, attempt_count, next_attempt_at, attempts), delete on webhook_deliveries to attune_webhooks;
grant select (id, tenant_id, events, state) on webhooks to attune_definer;
grant select (webhook_id, once_key), insert on webhook_deliveries to attune_definer;
-- Every transaction of the product asks what it fed to the caches; the worker feeds nothing.
grant select on change_feed to attune_webhooks;
-- Who has used up its quota or budget is told, too.
create policy worker_reads on quota_counters for select to attune_webhooks using (true);
create policy worker_reads on budget_months for select to attune_webhooks using (true);
grant select on quota_counters, budget_months to attune_webhooks;
grant execute on function attune_current_tenant() to attune_webhooks;

-- A new secret does not end the one before at once: receivers have a day to change. A second rotation ends the oldest.
create function attune_rotate_webhook_secret() returns trigger
  language plpgsql
as $$
begin
  new.previous_secret := old.secret;
  new.rotation_ends_at := now() + interval '24 hours';
  return new;
end;
$$;
create trigger rotate_secret before update of secret on webhooks for each row execute function attune_rotate_webhook_secret();

-- Writes the deliveries of events, of each to every webhook that asked for it. Element by element: the event, its tenant, its data.
-- A tenant that is being deleted is told nothing more.
create function attune_write_webhook_deliveries(events_told text[], tenants_told text[], data_told jsonb[], keys_told text[] default null)
  returns void
  language sql security definer set search_path = public, pg_temp
begin atomic
  with told as materialized (
    select e.event, e.tenant_id, e.once_key,
      jsonb_build_object('tenant_id', e.tenant_id) || e.data || jsonb_build_object('request_id', attune_local('request_id')) as data
    from unnest(events_told, tenants_told, data_told, keys_told) as e (event, tenant_id, data, once_key)
    where e.tenant_id is null or exists (select from tenants t where t.tenant_id = e.tenant_id)
  )
  insert into webhook_deliveries (webhook_id, is_platform, tenant_id, event, data, once_key)
  select w.id, false, e.tenant_id, e.event, e.data, e.once_key
  from told e join webhooks w on w.tenant_id = e.tenant_id
  where e.event = any (w.events) and w.state <> 'disabled' and w.id is distinct from e.data ->> 'webhook_id'
  union all
  select w.id, true, e.tenant_id, e.event, e.data, e.once_key
  from told e join webhooks w on w.tenant_id is null
  where e.event = any (w.events) and w.state <> 'disabled' and w.id is distinct from e.data ->> 'webhook_id'
  on conflict (webhook_id, once_key) where once_key is not null do nothing;
end;

-- Of a bulk update of thousands of tenants, only those are looked at that have a webhook for it.
create function attune_tell_of_configurations() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  told text := case attune_local('action') when 'rollback' then 'config.rolled_back' else 'config.updated' end;
  is_for_all boolean;
begin
  if not exists (select from webhooks) then
    return null;
  end if;
  is_for_all := exists (select from webhooks w where w.tenant_id is null and told = any (w.events) and w.state <> 'disabled');
  perform attune_write_webhook_deliveries(array_agg(told), array_agg(c.tenant_id), array_agg(jsonb_build_object(
    'version', c.version, 'actor', c.updated_by, 'bulk_id', attune_local('bulk_id'), 'changed', to_jsonb(array(
      select k.key from jsonb_object_keys(b.settings || c.settings) as k (key)
      where b.settings -> k.key is distinct from c.settings -> k.key
      union all select 'override_allowed' where b.override_allowed <> c.override_allowed order by 1)))))
  from changed_after c join changed_before b on b.tenant_id = c.tenant_id
  where c.version > b.version and (is_for_all or exists (
    select from webhooks w where w.tenant_id = c.tenant_id and told = any (w.events) and w.state <> 'disabled'));
  return null;
end;
$$;

create function attune_tell_of_change_requests() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  requests change_requests[];
begin
  if not exists (select from webhooks) then
    return null;
  elsif tg_op = 'INSERT' then
    select array_agg(c::change_requests) into requests from changed_after c;
  else
    select array_agg(c::change_requests) into requests
    from changed_after c join changed_before b on b.id = c.id
    where b.state = 'pending' and c.state in ('applied', 'rejected', 'void');
  end if;
  perform attune_write_webhook_deliveries(
    array_agg('change_request.' || case r.state when 'pending' then 'created' when 'applied' then 'approved' else r.state end),
    array_agg(r.tenant_id), array_agg(jsonb_build_object('change_request_id', r.id, 'version', coalesce(r.applied_version, r.base_version),
      'actor', coalesce(r.decided_by, r.requested_by), 'bulk_id', r.bulk_id,
      'changed', to_jsonb(array(select d ->> 'field' from jsonb_array_elements(r.diff) d)))))
  from unnest(requests) r;
  return null;
end;
$$;

-- Rollouts and bulk operations belong to no tenant, and only the platform is told.
create function attune_tell_of_rollouts() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  rolled rollouts[];
begin
  if tg_op = 'INSERT' then
    select array_agg(c::rollouts) into rolled from changed_after c;
  else
    select array_agg(c::rollouts) into rolled from changed_after c join changed_before b on b.id = c.id where b.state <> c.state;
  end if;
  perform attune_write_webhook_deliveries(array_agg('rollout.' || case r.state when 'running' then 'started' else r.state end),
    array_agg(null::text), array_agg(jsonb_build_object('rollout_id', r.id, 'version', null, 'actor', attune_actor(), 'reason', r.stop_reason,
      'bulk_id', r.bulk_id, 'changed', to_jsonb(array(select k from jsonb_object_keys(r.changes) k order by 1)))))
  from unnest(rolled) r;
  return null;
end;
$$;

create function attune_tell_of_bulk_operations() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform attune_write_webhook_deliveries(array_agg('bulk.finished'::text), array_agg(null::text), array_agg(jsonb_build_object(
    'bulk_id', c.id, 'version', null, 'actor', c.created_by, 'kind', c.kind, 'state', c.state, 'matched', c.matched, 'updated', c.updated,
    'changed', to_jsonb(array(select k from jsonb_object_keys(c.changes) k order by 1)))))
  from changed_after c join changed_before b on b.id = c.id
  where b.finished_at is null and c.finished_at is not null;
  return null;
end;
$$;

create function attune_tell_of_documents() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if not exists (select from webhooks) then
    return null;
  elsif tg_op = 'INSERT' then
    perform attune_write_webhook_deliveries(array_agg('document.indexed'::text), array_agg(c.tenant_id),
      array_agg(jsonb_build_object('doc_id', c.doc_id, 'chunks', c.chunks, 'actor', attune_actor())))
    from changed_after c;
  else
    perform attune_write_webhook_deliveries(array_agg('document.indexed'::text), array_agg(c.tenant_id),
      array_agg(jsonb_build_object('doc_id', c.doc_id, 'chunks', c.chunks, 'actor', attune_actor())))
    from changed_after c join changed_before b on b.tenant_id = c.tenant_id and b.number = c.number
    where b.digest <> c.digest;
  end if;
  return null;
end;
$$;

create function attune_tell_of_keys() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform attune_write_webhook_deliveries(array_agg(case tg_op when 'INSERT' then 'key.created' else 'key.revoked' end),
    array_agg(c.tenant_id), array_agg(jsonb_build_object('key_id', c.id, 'role', c.role, 'actor', attune_actor())))
  from changed c;
  return null;
end;
$$;

create function attune_tell_of_tenants() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform attune_write_webhook_deliveries(array_agg('tenant.suspended'::text), array_agg(c.tenant_id),
    array_agg(jsonb_build_object('actor', attune_actor())))
  from changed_after c join changed_before b on b.tenant_id = c.tenant_id
  where b.status <> 'suspended' and c.status = 'suspended';
  return null;
end;
$$;

-- Told to the owner's other webhooks and to the platform's.
create function attune_tell_of_webhooks() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform attune_write_webhook_deliveries(array_agg('webhook.failing'::text), array_agg(c.tenant_id), array_agg(jsonb_build_object(
    'webhook_id', c.id, 'state', c.state, 'reason', c.state_reason, 'failing_since', c.failing_since, 'actor', 'system')))
  from changed_after c join changed_before b on b.id = c.id
  where b.state <> c.state and c.state <> 'active' and c.state_reason is not null;
  return null;
end;
$$;

do $$
declare
  ours text;
begin
  foreach ours in array array['attune_write_webhook_deliveries(text[], text[], jsonb[], text[])', 'attune_tell_of_configurations()',
      'attune_tell_of_change_requests()', 'attune_tell_of_rollouts()', 'attune_tell_of_bulk_operations()', 'attune_tell_of_documents()',
      'attune_tell_of_keys()', 'attune_tell_of_tenants()', 'attune_tell_of_webhooks()'] loop
    execute format('alter function %s owner to attune_definer', ours);
    execute format('revoke execute on function %s from public', ours);
  end loop;
end;
$$;
revoke execute on function attune_rotate_webhook_secret() from public;
grant execute on function attune_write_webhook_deliveries(text[], text[], jsonb[], text[]) to attune_webhooks;
grant execute on function attune_local(text) to attune_webhooks;

create trigger tell_webhooks after update on tenant_configurations
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_configurations();
create trigger tell_webhooks_of_inserts after insert on change_requests
  referencing new table as changed_after for each statement execute function attune_tell_of_change_requests();
create trigger tell_webhooks after update on change_requests
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_change_requests();
create trigger tell_webhooks_of_inserts after insert on rollouts
  referencing new table as changed_after for each statement execute function attune_tell_of_rollouts();
create trigger tell_webhooks after update on rollouts
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_rollouts();
create trigger tell_webhooks after update on bulk_operations
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_bulk_operations();
create trigger tell_webhooks_of_inserts after insert on documents
  referencing new table as changed_after for each statement execute function attune_tell_of_documents();
create trigger tell_webhooks after update on documents
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_documents();
create trigger tell_webhooks_of_inserts after insert on api_keys
  referencing new table as changed for each statement execute function attune_tell_of_keys();
create trigger tell_webhooks_of_deletes after delete on api_keys
  referencing old table as changed for each statement execute function attune_tell_of_keys();
create trigger tell_webhooks after update on tenants
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_tenants();
create trigger tell_webhooks after update on webhooks
  referencing old table as changed_before new table as changed_after for each statement execute function attune_tell_of_webhooks();

select attune_audit('webhooks', 'webhook', 'id', '{"state:failing": null, "state:disabled": "disable"}',
  '{secret, previous_secret, failing_since, leased_until, paused_until, state_reason}');
