import type { DataSource } from 'typeorm';

interface Login {
  readonly name: string;
  readonly is_superuser: boolean;
  readonly bypasses_rls: boolean;
  readonly owns_tables: boolean;
  readonly takes_roles: boolean;
  readonly inherits: boolean;
}

const loginSql = `SELECT current_user AS name, r.rolsuper AS is_superuser,
  EXISTS (SELECT FROM pg_roles d WHERE (d.rolsuper OR d.rolbypassrls) AND pg_has_role(d.oid, 'MEMBER')) AS bypasses_rls,
  EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(tableowner, 'MEMBER'))
    OR EXISTS (SELECT FROM pg_roles d WHERE d.rolname IN ('attune_definer', 'attune_ledger') AND pg_has_role(d.oid, 'MEMBER')) AS owns_tables,
  coalesce(pg_has_role(t.oid, 'MEMBER') AND pg_has_role(p.oid, 'MEMBER') AND pg_has_role(j.oid, 'MEMBER')
      AND pg_has_role(w.oid, 'MEMBER') AND pg_has_role(s.oid, 'MEMBER'), false)
    AND EXISTS (SELECT FROM pg_proc f WHERE f.proname = 'attune_write_ledger' AND has_function_privilege(f.oid, 'EXECUTE')) AS takes_roles,
  coalesce(pg_has_role(t.oid, 'USAGE') OR pg_has_role(p.oid, 'USAGE') OR pg_has_role(j.oid, 'USAGE')
      OR pg_has_role(w.oid, 'USAGE') OR pg_has_role(s.oid, 'USAGE'), false) AS inherits
  FROM pg_roles r
  LEFT JOIN pg_roles t ON t.rolname = 'attune_tenant'
  LEFT JOIN pg_roles p ON p.rolname = 'attune_platform'
  LEFT JOIN pg_roles j ON j.rolname = 'attune_jobs'
  LEFT JOIN pg_roles w ON w.rolname = 'attune_webhooks'
  LEFT JOIN pg_roles s ON s.rolname = 'attune_sign_in'
  WHERE r.rolname = current_user`;

/**
 * Refuses a login to which row-level security would not apply.
 *
 * @throws Error that says what to change.
 */
export async function assertSafeLogin(source: DataSource, variable = 'DATABASE_URL'): Promise<void> {
  const [login] = await source.query<Login[]>(loginSql);
  const problem = login && findLoginProblem(login);
  if (problem) throw new Error(`${variable}: ${problem}`);
}

function findLoginProblem(login: Login): string | null {
  if (login.is_superuser) return `the user ${login.name} is a superuser; use a plain login role.`;
  if (login.bypasses_rls)
    return `the user ${login.name} has BYPASSRLS or may take a role that has it; ALTER ROLE ${login.name} NOBYPASSRLS, and revoke its roles.`;
  if (login.owns_tables)
    return `the user ${login.name} owns the tables, or is a member of their owner; use another role than the migration's.`;
  if (!login.takes_roles)
    return `the user ${login.name} was not granted the application's roles; run "attune migrate" with MIGRATION_DATABASE_URL.`;
  if (login.inherits) return `the user ${login.name} inherits its roles; ALTER ROLE ${login.name} NOINHERIT.`;
  return null;
}
