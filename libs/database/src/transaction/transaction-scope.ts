import { TenantNotFoundError, isTenantId } from '#kernel';
import { escapeLiteral } from 'pg';

/** Who makes a transaction's changes, for the triggers that write the history and the audit log. */
export interface Author {
  readonly actor: string;
  readonly role: string;
  readonly address?: string;
}

/** Under which role, and for whom, a transaction runs. */
export interface TransactionScope {
  readonly role: 'attune_tenant' | 'attune_platform';
  /** A tenant's id, `*` for all (platform only), or empty for none. */
  readonly tenant: string;
  readonly access: 'read' | 'write';
  readonly author?: Author | undefined;
}

/** The scope of a platform transaction that concerns every tenant. */
export const allTenants = '*';

/** Begins a transaction in the scope, which role and tenant end with. */
export function beginStatement({ role, tenant, access, author }: TransactionScope): string {
  const isValidTenant =
    tenant === '' || isTenantId(tenant) || (tenant === allTenants && role === 'attune_platform');
  if (!isValidTenant) throw new TenantNotFoundError();
  const mode = access === 'read' ? 'READ ONLY' : 'READ WRITE';
  return `BEGIN ${mode}; SET LOCAL ROLE ${role}; SET LOCAL app.tenant_id = '${tenant}'${authorSettings(author)}`;
}

function authorSettings(author: Author | undefined): string {
  if (!author) return '';
  const { actor, role, address = '' } = author;
  return `; SET LOCAL app.actor = ${escapeLiteral(actor)}; SET LOCAL app.actor_role = ${escapeLiteral(role)}; SET LOCAL app.address = ${escapeLiteral(address)}`;
}

/** Whether a transaction of the scope that is wanted may go on in the open one. */
export function canJoin(open: TransactionScope, wanted: TransactionScope): boolean {
  const isSameTenant = open.role === wanted.role && open.tenant === wanted.tenant;
  return isSameTenant && (open.access === 'write' || wanted.access === 'read');
}

export function describeScope({ role, tenant, access }: TransactionScope): string {
  return `(${role}, ${tenant === '' ? 'no tenant' : tenant}, ${access})`;
}
