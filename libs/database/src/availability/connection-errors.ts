import { isNativeError } from 'node:util/types';
import { DomainError, UnavailableError } from '#kernel';

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection was lost',
  ECONNABORTED: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name cannot be looked up',
  ENOENT: 'its socket does not exist',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
};
type ReasonTable = readonly (readonly [RegExp, string])[];

/** Postgres classes 08 (connection), 57P (operator intervention) and 53 (no resources). */
const serverReasons: ReasonTable = [
  [/^08/, 'the connection was lost'],
  [/^57P03/, 'it is starting up or shutting down'],
  [/^57P/, 'it ended the connection'],
  [/^53100/, 'its disk is full'],
  [/^53/, 'it has no free connection or memory'],
];
const timeoutPattern = /timeout exceeded when trying to connect|connection timeout|Query read timeout/i;
const driverReasons: ReasonTable = [
  [timeoutPattern, 'it does not answer'],
  // Postgres has no code of its own for the refusal of BEGIN READ WRITE on a standby.
  [/during recovery|is a standby/i, 'it is a standby, which takes no writes'],
  [/behind the primary/i, 'it is behind the primary'],
  [/connection terminated|not queryable|Query runner already released/i, 'the connection was lost'],
];
/** The driver failed before it sent anything. */
const unsentPattern = /not queryable|Query runner already released/i;

/** Why the database cannot be reached, in words that do not name the host; null if the error is no outage. */
export function outageReasonOf(error: unknown): string | null {
  if (!isNativeError(error)) return null;
  if (error instanceof DomainError) return error instanceof UnavailableError ? causeReasonOf(error) : null;
  if (isUnreadableFile(error)) return null;
  const code = codeOf(error);
  return networkReasons[code] ?? findReason(serverReasons, code) ?? findReason(driverReasons, error.message);
}

function findReason(reasons: ReasonTable, text: string): string | null {
  return reasons.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function causeReasonOf({ cause }: DomainError): string {
  return outageReasonOf(cause) ?? 'it was busy';
}

/** True if a file that the URL names, such as that of `sslrootcert`, cannot be read. */
export function isUnreadableFile(error: Error): boolean {
  return (error as NodeJS.ErrnoException).syscall === 'open';
}

/** True if the server answers but has no free connection or memory. */
export function isOutOfResources(error: unknown): boolean {
  return codeOf(error).startsWith('53');
}

/** True if the server has given all the connections that it gives, to everyone or to this login. */
export function hasNoFreeConnection(error: unknown): boolean {
  return codeOf(error) === '53300';
}

/** True if the connection was dead, so that another one can be tried at once. After a time-out that would not help. */
export function isLostConnection(error: unknown): boolean {
  if (outageReasonOf(error) === null || isOutOfResources(error) || error instanceof DomainError) return false;
  return codeOf(error) !== 'ETIMEDOUT' && !timeoutPattern.test((error as Error).message);
}

/** True if the server had no room on its disk for a change. */
export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === '53100';
}

/** True if an operator or a time limit of the server ended the statement. The transaction is rolled back. */
export function isCancelled(error: unknown): boolean {
  return codeOf(error) === '57014';
}

/** The error that callers receive while the database cannot be reached, or cannot write. */
export function databaseUnavailable(cause?: unknown): DomainError {
  const problem = isDiskFull(cause) ? 'has no free disk space' : 'cannot be reached just now';
  const message = `The database ${problem}; nothing was changed. Try again shortly.`;
  return new UnavailableError(message, retryAfterS, cause);
}

const retryAfterS = 2;

/** Converts an outage to UnavailableError. Returns null for other errors. */
export function toUnavailableError(error: unknown): DomainError | null {
  return error instanceof DomainError || outageReasonOf(error) === null ? null : databaseUnavailable(error);
}

/** The same for an error that came instead of the answer to COMMIT: the transaction may be committed or not. */
export function toUnconfirmedError(error: unknown): DomainError | null {
  const failure = toUnavailableError(error);
  if (failure === null || isOutOfResources(error) || unsentPattern.test((error as Error).message))
    return failure;
  const message =
    'The database went away while the change was being written: it may or may not have been made. Look before you try again.';
  return new UnavailableError(message, retryAfterS, error);
}

/** The SQLSTATE of a failed statement, such as `23505` for a duplicate; null for any other error. */
export function sqlStateOf(error: unknown): string | null {
  if (!isNativeError(error)) return null;
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}
