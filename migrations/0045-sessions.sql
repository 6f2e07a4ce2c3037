-- Sessions of the console. The cookie is `<id>.<secret>` with 256 random bits; only the hash of the secret is stored.
create table sessions (
  id text primary key check (id ~ '^[a-z0-9]{8,32}$'),
  -- null: of a role of the platform.
  tenant_id text references tenants (tenant_id) on delete cascade,
  actor text not null,
  name text check (length(name) <= 200),
  role text not null check (role in ('member', 'tenant_admin', 'platform_admin', 'platform_reader')),
  -- The API key that signed in: the session ends with it.
  key_id text references api_keys (id) on delete cascade,
  -- The identity connection that signed in, and the provider's name for its own session.
  connection text,
  sid text,
  end_session_hint text check (length(end_session_hint) <= 8192),
  secret_sha256 bytea not null check (length(secret_sha256) = 32),
  address text not null,
  agent text check (length(agent) <= 300),
  -- The sign-in.
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  version bigint not null default 1 check (version > 0),
  check ((role in ('platform_admin', 'platform_reader')) = (tenant_id is null))
);
create index sessions_by_tenant on sessions (tenant_id, created_at desc, id desc);
create index sessions_by_time on sessions (created_at desc, id desc);
create index sessions_by_actor on sessions (actor);
create index sessions_by_key on sessions (key_id) where key_id is not null;
create index sessions_by_sid on sessions (connection, sid) where connection is not null;
create index sessions_by_expiry on sessions (expires_at);
select attune_isolate_by_tenant('sessions');
-- As for keys of the platform: a tenant's rows have a tenant.
create policy platform_sessions on sessions to attune_platform
  using (tenant_id is null and (select attune_current_tenant()) = '*')
  with check (tenant_id is null and (select attune_current_tenant()) = '*');
grant select, insert, update (last_seen_at, revoked_at), delete on sessions to attune_tenant, attune_platform;

-- Finds a session before its tenant is known; whoever asks must already hold the id.
create policy definer_reads on sessions for select to attune_definer using (true);
grant select on sessions to attune_definer;
create function attune_find_session(wanted text) returns setof sessions
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select * from sessions where id = wanted and revoked_at is null;
end;
alter function attune_find_session(text) owner to attune_definer;

-- The time of last use is no change of the session.
create trigger count_version before update of revoked_at on sessions
  for each row execute function attune_count_version();

-- A session that ended is gone for every cache. One that had ended before its row was deleted was told already.
create function attune_feed_ended_sessions() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    insert into change_feed (kind, key, version, gone)
    select 'session', n.id, n.version, true
    from changed n join before b using (id) where n.revoked_at is not null and b.revoked_at is null
    on conflict (transaction_id, kind, key) do update set version = excluded.version, gone = true;
  else
    insert into change_feed (kind, key, version, gone)
    select 'session', b.id, b.version + 1, true from before b where b.revoked_at is null and b.expires_at > now()
    on conflict (transaction_id, kind, key) do update set version = excluded.version, gone = true;
  end if;
  return null;
end;
$$;
alter function attune_feed_ended_sessions() owner to attune_definer;
create trigger feed_inserts after insert on sessions referencing new table as changed
  for each statement execute function attune_feed_changes('session', 'id');
create trigger feed_updates after update on sessions referencing new table as changed old table as before
  for each statement execute function attune_feed_ended_sessions();
create trigger feed_deletes after delete on sessions referencing old table as before
  for each statement execute function attune_feed_ended_sessions();

select attune_audit('sessions', 'session', 'id', '{"update": "revoke", "delete": null}',
  '{secret_sha256, end_session_hint, last_seen_at, version}');

revoke execute on function attune_find_session(text), attune_feed_ended_sessions() from public;
grant execute on function attune_find_session(text), attune_feed_ended_sessions() to attune_tenant, attune_platform;

-- When somebody at an address tried to sign in within the last minute, newest first. The lock of its row makes the count exact. Rows that
-- are out of date go when the next address begins.
create table sign_in_attempts (
  address text primary key check (length(address) <= 100),
  tried_at timestamptz[] not null
);
create index sign_in_attempts_by_time on sign_in_attempts ((tried_at[1]));
alter table sign_in_attempts enable row level security;
alter table sign_in_attempts force row level security;
create policy platform_counts on sign_in_attempts to attune_platform
  using ((select attune_current_tenant()) = '*') with check ((select attune_current_tenant()) = '*');
grant select, insert, update (tried_at), delete on sign_in_attempts to attune_platform;
