import { type RequiredRole, type Role, isPlatformRole } from '#http';
import { type DomainError, ForbiddenError, TenantSuspendedError } from '#kernel';
import type { Authenticated } from './authenticator.js';

/** What a caller wants to call: the role that the route requires, and the HTTP method. */
export interface Call {
  readonly required: RequiredRole;
  readonly method: string;
}

/** Whether the caller may call a route. `AccessControlService` and every fast path decide by this function. */
export function mayCall(caller: Authenticated, call: Call): boolean {
  return findRefusal(caller, call) === null;
}

/** @throws ForbiddenError for a role that is too low. @throws TenantSuspendedError for a change by a suspended tenant. */
export function assertMayCall(caller: Authenticated, call: Call): void {
  const refusal = findRefusal(caller, call);
  if (refusal !== null) throw refusal;
}

function findRefusal({ principal, tenant }: Authenticated, { required, method }: Call): DomainError | null {
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRoleSufficient(principal.role, required, isRead))
    return new ForbiddenError(explainRefusal(principal.role, required));
  // A suspended tenant may still read.
  return tenant?.status === 'suspended' && !isRead ? new TenantSuspendedError() : null;
}

function isRoleSufficient(role: Role, required: RequiredRole, isRead: boolean): boolean {
  if (required === 'public' || required === 'any' || role === required) return true;
  if (required === 'platform_admin') return role === 'platform_reader' && isRead;
  return role === 'tenant_admin' && required === 'member';
}

function explainRefusal(role: Role, required: RequiredRole): string {
  const isForPlatform = required === 'platform_admin';
  if (role === 'platform_reader' && isForPlatform)
    return 'The role platform_reader may only read (GET); this request needs the role platform_admin.';
  if (isPlatformRole(role))
    return 'This route is for the credentials of a tenant, and yours is one of the platform. Platform admins work on a tenant under /v1/platform/tenants/{tenant_id}, for instance /v1/platform/tenants/{tenant_id}/config.';
  if (isForPlatform)
    return `This route is for platform admins; the credential belongs to a tenant and has the role ${role}.`;
  return `This route requires the role ${required}; the credential has ${role}.`;
}
