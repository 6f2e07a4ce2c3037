import { type DomainError, TenantNotFoundError, UnavailableError } from '#kernel';
import { sqlStateOf } from '../availability/connection-errors.js';

/** Serialization failure, deadlock, a lock that was not to be had in time. */
const concurrencyStates = new Set(['40001', '40P01', '55P03']);
/** Every reference to a tenant's row is named like this. */
const tenantForeignKeyPattern = /_tenant_id_fkey$/;

/**
 * The error as the caller's own when another transaction came between: the tenant was deleted meanwhile, or the two stood in one
 * another's way and the database gave this one up. Else null.
 */
export function toConcurrencyError(error: unknown): DomainError | null {
  const state = sqlStateOf(error);
  if (state === '23503' && tenantForeignKeyPattern.test(constraintOf(error)))
    return new TenantNotFoundError();
  if (state === null || !concurrencyStates.has(state)) return null;
  const message = 'Another change stood in the way; nothing was changed. Try again shortly.';
  return new UnavailableError(message, 1, error);
}

function constraintOf(error: unknown): string {
  return String((error as { constraint?: unknown }).constraint ?? '');
}
