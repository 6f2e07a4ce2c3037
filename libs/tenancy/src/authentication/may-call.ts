import type { RequiredRole, Role } from '#http';
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
  if (!isRoleSufficient(principal.role, required))
    return new ForbiddenError(
      `This route requires the role ${required}; the credential has ${principal.role}.`,
    );
  // A suspended tenant may still read.
  const isRead = method === 'GET' || method === 'HEAD';
  return tenant?.status === 'suspended' && !isRead ? new TenantSuspendedError() : null;
}

function isRoleSufficient(role: Role, required: RequiredRole): boolean {
  if (required === 'public' || role === required) return true;
  return role === 'tenant_admin' && required === 'member';
}
