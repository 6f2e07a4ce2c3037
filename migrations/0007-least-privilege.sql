-- Postgres lets everybody run a new function, and only a grant can take that back. Functions of extensions stay as they are.
-- Execution by attune_tenant, attune_platform and attune_definer was granted one by one where it is needed.
do $$
declare
  ours regprocedure;
begin
  for ours in
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
  loop
    execute format('revoke execute on function %s from public', ours);
  end loop;
end;
$$;
