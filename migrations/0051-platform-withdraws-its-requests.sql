-- A platform admin withdraws a request of their own. Nobody else does, and a tenant's request stays the tenant's to withdraw.
alter policy platform_decides on change_requests
  with check (
    state in ('applied', 'rejected', 'void')
    or (state = 'withdrawn' and requested_by_role = 'platform_admin' and requested_by = decided_by)
  );
