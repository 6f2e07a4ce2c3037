/** What went wrong in the caller's terms. One filter maps each slug to its HTTP status (see `libs/http`). */
export type ProblemSlug =
  | 'unauthenticated'
  | 'forbidden'
  | 'tenant-suspended'
  | 'not-found'
  | 'method-not-allowed'
  | 'invalid-input'
  | 'version-mismatch'
  | 'concurrent-update'
  | 'override-not-allowed'
  | 'managed-by-code'
  | 'gate-failed'
  | 'conflict'
  | 'rollback-invalid'
  | 'rate-limited'
  | 'quota-exceeded'
  | 'budget-exceeded'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'unavailable'
  | 'upstream-failed'
  | 'upstream-timeout'
  | 'internal';

/**
 * An expected failure. `message` names the thing and the next step and is shown to the caller;
 * `details` are extra members of the problem document (RFC 9457 §3.2); the original error goes into `cause`.
 */
export class DomainError extends Error {
  constructor(
    readonly slug: ProblemSlug,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'DomainError';
  }
}

export class NotFoundError extends DomainError {
  constructor(message: string) {
    super('not-found', message);
  }
}

export class ConflictError extends DomainError {
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super('conflict', message, details);
  }
}
