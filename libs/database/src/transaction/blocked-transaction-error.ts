import { type DomainError, TenantNotFoundError, UnavailableError } from '#kernel';
import { isCancelled, sqlStateOf } from '../availability/connection-errors.js';

/** Serialization failure, deadlock, lock timeout. */
const concurrencyStates = new Set(['40001', '40P01', '55P03']);
/** The names of all foreign keys to `tenants`. */
const tenantForeignKeyPattern = /_tenant_id_fkey$/;

const cancelledMessage =
  'The database cancelled a statement of this request; nothing was changed. Try again shortly.';

/**
 * Converts an error caused by a concurrent transaction: TenantNotFoundError if it deleted the tenant, UnavailableError if
 * Postgres ended this transaction because the two blocked each other. UnavailableError too if a statement was cancelled. Returns null for
 * other errors.
 */
export function toBlockedTransactionError(error: unknown): DomainError | null {
  const state = sqlStateOf(error);
  if (state === '23503' && tenantForeignKeyPattern.test(constraintOf(error)))
    return new TenantNotFoundError();
  if (isCancelled(error)) return new UnavailableError(cancelledMessage, 2, error);
  if (state === null || !concurrencyStates.has(state)) return null;
  const message = 'A concurrent change blocked this one; nothing was changed. Try again shortly.';
  return new UnavailableError(message, 1, error);
}

function constraintOf(error: unknown): string {
  return String((error as { constraint?: unknown }).constraint ?? '');
}
