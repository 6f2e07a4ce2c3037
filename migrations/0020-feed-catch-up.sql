-- A cache that reads the feed learns from it what is gone: nothing is to be loaded for it.
alter table change_feed add column gone boolean not null default false;
grant update (gone) on change_feed to attune_definer;
grant delete on change_feed to attune_definer;

create or replace function attune_feed_changes() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  execute format(
    'insert into change_feed (kind, key, version, gone)
     select %L, %I, max(version) + %s, %L::boolean from changed group by 2
     on conflict (transaction_id, kind, key) do update
       set version = greatest(change_feed.version, excluded.version), gone = excluded.gone',
    tg_argv[0], tg_argv[1], case tg_op when 'DELETE' then 1 else 0 end, tg_op = 'DELETE');
  return null;
end;
$$;

-- The feed is forgotten after a day. Whoever read it last before the transactions that were forgotten has missed something.
create table change_feed_horizon (
  id text primary key check (id = 'all'),
  pruned_through xid8 not null
);
insert into change_feed_horizon (id, pruned_through) values ('all', '0');
alter table change_feed_horizon enable row level security;
alter table change_feed_horizon force row level security;
create policy definer_works on change_feed_horizon to attune_definer using (true) with check (true);
create policy platform_reads on change_feed_horizon for select to attune_platform using (true);
grant select, update (pruned_through) on change_feed_horizon to attune_definer;
grant select on change_feed_horizon to attune_platform;

-- Forgets up to 10,000 changes, oldest transactions first, and says how many. Nothing younger than the oldest transaction that still
-- runs goes: a reader that waits for that one asks again for everything since.
create function attune_prune_change_feed() returns integer
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  pruned integer;
begin
  -- One at a time; who comes second finds the work done.
  if not pg_try_advisory_xact_lock(7203119) then
    return 0;
  end if;
  with oldest as (
    select transaction_id, kind, key, changed_at from change_feed
    where transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by transaction_id limit 10000
  ), forgotten as (
    delete from change_feed f using oldest o
    where f.transaction_id = o.transaction_id and f.kind = o.kind and f.key = o.key and o.changed_at < now() - interval '1 day'
    returning f.transaction_id
  ), horizon as (
    update change_feed_horizon h set pruned_through = greatest(h.pruned_through, f.transaction_id)
    from (select transaction_id from forgotten order by transaction_id desc limit 1) f where h.id = 'all'
  )
  select count(*) into pruned from forgotten;
  return pruned;
end;
$$;
alter function attune_prune_change_feed() owner to attune_definer;
revoke execute on function attune_prune_change_feed() from public;
grant execute on function attune_prune_change_feed() to attune_platform;
