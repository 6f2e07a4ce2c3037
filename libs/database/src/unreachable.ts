import { DomainError } from '#kernel';

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ENOENT',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);
/** Postgres classes 08 (connection), 57P (operator intervention) and 53 (no resources). */
const serverCodes = /^(08|57P|53)/;
const poolMessages =
  /connection terminated|timeout exceeded when trying to connect|not queryable|Query read timeout|Query runner already released/i;

/** The error as `unavailable` when it says that the database cannot be reached just now, else null. */
export function unreachable(error: unknown): DomainError | null {
  if (!(error instanceof Error) || error instanceof DomainError) return null;
  const code = String((error as { code?: unknown }).code ?? '');
  if (!networkCodes.has(code) && !serverCodes.test(code) && !poolMessages.test(error.message)) return null;
  const message = 'The database cannot be reached just now; nothing was changed. Try again shortly.';
  return new DomainError('unavailable', message, { retry_after_s: 2 }, error);
}

/** Postgres' code of a failed statement, such as `23505` for a duplicate; null for any other error. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
