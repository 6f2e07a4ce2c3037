-- no-transaction
-- The rows of the tables that were there before 0048 are counted, too. A new policy locks its table, and a request that has one table
-- and waits for another would wait for a migration that has this one: so each table is a transaction.
do $$
declare
  existing regclass;
begin
  for existing in
    select c.oid from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'counted_scope')
    order by c.relname
  loop
    perform attune_allow_count(existing);
    commit;
  end loop;
end;
$$;
