-- Replicas keep corpora in memory. They learn from the feed that one has changed.
create trigger feed_inserts after insert on corpora referencing new table as changed
  for each statement execute function attune_feed_changes('corpus', 'tenant_id');
create trigger feed_updates after update on corpora referencing new table as changed
  for each statement execute function attune_feed_changes('corpus', 'tenant_id');
create trigger feed_deletes after delete on corpora referencing old table as changed
  for each statement execute function attune_feed_changes('corpus', 'tenant_id');
grant select (tenant_id, version) on corpora to attune_platform;

-- The inner product with products of 32 bits that are added in 64, in order: what the service computes in memory, to the last digit. With
-- the `vector` extension attune_similarity adds in another order; it then only proposes candidates.
create function attune_exact_similarity(a real[], b real[]) returns double precision
  language plpgsql immutable parallel safe
as $$
declare
  total double precision := 0;
begin
  for i in 1 .. cardinality(a) loop
    total := total + a[i] * b[i];
  end loop;
  return total;
end;
$$;
revoke execute on function attune_exact_similarity(real[], real[]) from public;
grant execute on function attune_exact_similarity(real[], real[]) to attune_tenant;
