import { type Principal, type RequiredAccess, type Role, isPlatformRole } from '#http';
import { type DomainError, ForbiddenError, TenantSuspendedError } from '#kernel';
import type { Authenticated } from './authenticator.js';

/** Whether the caller may call a route. `AccessControlService` and every fast path decide by this function. */
export function mayCall(caller: Authenticated, required: RequiredAccess, method: string): boolean {
  return findRefusal(caller, required, method) === null;
}

/**
 * @throws ForbiddenError for a role that is too low, and a key whose scopes do not include the route's.
 * @throws TenantSuspendedError for a change by a suspended tenant.
 */
export function assertMayCall(caller: Authenticated, required: RequiredAccess, method: string): void {
  const refusal = findRefusal(caller, required, method);
  if (refusal !== null) throw refusal;
}

function findRefusal(
  { principal, tenant }: Authenticated,
  required: RequiredAccess,
  method: string,
): DomainError | null {
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRoleSufficient(principal.role, required.role, isRead))
    return new ForbiddenError(explainRefusal(principal.role, required.role));
  if (!hasScope(principal, required)) return new ForbiddenError(explainMissingScope(principal, required));
  // A suspended tenant may still read.
  const isSuspended = tenant?.status === 'suspended';
  return isSuspended && !isRead && !required.onlyReads ? new TenantSuspendedError() : null;
}

function isRoleSufficient(role: Role, required: RequiredAccess['role'], isRead: boolean): boolean {
  if (required === 'public' || required === 'any' || role === required) return true;
  if (required === 'platform_admin') return role === 'platform_reader' && isRead;
  return role === 'tenant_admin' && required === 'member';
}

/** Every credential may ask who it is, also a key that is restricted to scopes. */
function hasScope({ scopes: granted }: Principal, { role, scopes }: RequiredAccess): boolean {
  return granted === undefined || role === 'any' || scopes.some((scope) => granted.includes(scope));
}

function explainMissingScope({ scopes: granted = [] }: Principal, { scopes }: RequiredAccess): string {
  const has = `the key has ${granted.join(', ')}`;
  return scopes.length === 0
    ? `This route is for keys without a list of scopes; ${has}.`
    : `This route requires the scope ${scopes.join(' or ')}; ${has}.`;
}

function explainRefusal(role: Role, required: RequiredAccess['role']): string {
  const isForPlatform = required === 'platform_admin';
  if (role === 'platform_reader' && isForPlatform)
    return 'The role platform_reader may only read (GET); this request needs the role platform_admin.';
  if (isPlatformRole(role))
    return 'This route is for the credentials of a tenant, and yours is one of the platform. Platform admins work on a tenant under /v1/platform/tenants/{tenant_id}, for instance /v1/platform/tenants/{tenant_id}/config.';
  if (isForPlatform)
    return `This route is for platform admins; the credential belongs to a tenant and has the role ${role}.`;
  return `This route requires the role ${required}; the credential has ${role}.`;
}
