-- Rises in each transaction that changes a tenant's documents or chunks, so that whoever keeps a copy of them can compare it.
alter table corpora add column version bigint not null default 1 check (version > 0);
create trigger count_version before update on corpora for each row execute function attune_count_version();

-- No path of writing can forget the version. A deleted tenant's corpus is gone before the triggers of its documents run.
create function attune_count_corpus_change() returns trigger
  language plpgsql
as $$
begin
  update corpora set version = version where tenant_id in (select tenant_id from changed);
  return null;
end;
$$;
revoke execute on function attune_count_corpus_change() from public;
grant execute on function attune_count_corpus_change() to attune_tenant, attune_definer;
grant update (version) on corpora to attune_definer;

do $$
declare
  part text;
begin
  foreach part in array array['documents', 'chunks'] loop
    execute format('create trigger corpus_inserts after insert on %I referencing new table as changed
      for each statement execute function attune_count_corpus_change()', part);
    execute format('create trigger corpus_updates after update on %I referencing new table as changed
      for each statement execute function attune_count_corpus_change()', part);
    execute format('create trigger corpus_deletes after delete on %I referencing old table as changed
      for each statement execute function attune_count_corpus_change()', part);
  end loop;
end;
$$;
