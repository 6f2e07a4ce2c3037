import { TenantNotFoundError, isTenantId } from '#kernel';
import { escapeLiteral } from 'pg';

/** Who makes the changes of a transaction; the triggers write this to the history and the audit log. */
export interface Author {
  readonly actor: string;
  readonly role: string;
  readonly address?: string;
  /** The request that makes the changes; webhooks name it. */
  readonly requestId?: string;
}

/** The role and the tenant of a transaction, and whether it may write. */
export interface TransactionScope {
  readonly role: 'attune_tenant' | 'attune_platform' | 'attune_webhooks' | 'attune_sign_in';
  /** A tenant's id, `*` for all (platform only), or empty for none. */
  readonly tenant: string;
  /** `snapshot` reads, too, but all of its statements see the database at the moment of the first one. */
  readonly access: 'read' | 'snapshot' | 'write';
  readonly author?: Author | undefined;
}

/** The scope of a platform transaction that sees every tenant. */
export const allTenants = '*';

const modes = {
  read: 'READ ONLY',
  snapshot: 'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  write: 'READ WRITE',
} as const;

/** The statement that begins a transaction; its role and tenant end with it. @throws TenantNotFoundError for an invalid id. */
export function beginStatement({ role, tenant, access, author }: TransactionScope): string {
  const isValidTenant =
    tenant === '' || isTenantId(tenant) || (tenant === allTenants && role === 'attune_platform');
  if (!isValidTenant) throw new TenantNotFoundError();
  return `BEGIN ${modes[access]}; SET LOCAL ROLE ${role}; SET LOCAL app.tenant_id = '${tenant}'${authorSettings(author)}`;
}

function authorSettings(author: Author | undefined): string {
  if (!author) return '';
  const { actor, role, address = '', requestId = '' } = author;
  return `; SET LOCAL app.actor = ${escapeLiteral(actor)}; SET LOCAL app.actor_role = ${escapeLiteral(role)}; SET LOCAL app.address = ${escapeLiteral(address)}; SET LOCAL app.request_id = ${escapeLiteral(requestId)}`;
}

/** True if work of the wanted scope may run in the open transaction. */
export function canJoin(open: TransactionScope, wanted: TransactionScope): boolean {
  const isSameTenant = open.role === wanted.role && open.tenant === wanted.tenant;
  return isSameTenant && (open.access === wanted.access || wanted.access === 'read');
}

export function describeScope({ role, tenant, access }: TransactionScope): string {
  return `(${role}, ${tenant === '' ? 'no tenant' : tenant}, ${access})`;
}
