/** The slugs of the HTTP contract. One filter maps each to its HTTP status (see `libs/http`). */
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
 * An expected failure: one subclass for each problem of the HTTP contract. `message` names the thing and the next step and is
 * shown to the caller; `details` are extra members of the problem document (RFC 9457 §3.2); the original error goes into `cause`.
 *
 * ```ts
 * const error: DomainError = new UnavailableError('The database cannot be reached.', 2);
 * if (error instanceof UnavailableError) throw error;
 * ```
 */
export abstract class DomainError extends Error {
  abstract readonly slug: ProblemSlug;

  constructor(
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** No credential, or one that is not valid. `reason` is a word for the log, where more may be said than to the caller. */
export class UnauthenticatedError extends DomainError {
  readonly slug = 'unauthenticated';

  constructor(
    message: string,
    cause?: unknown,
    readonly reason = 'no_credential',
  ) {
    super(message, {}, cause);
  }
}

/** The caller's role does not allow this. */
export class ForbiddenError extends DomainError {
  readonly slug = 'forbidden';
}

/** The tenant is suspended, so it can only be read. */
export class TenantSuspendedError extends DomainError {
  readonly slug = 'tenant-suspended';

  constructor(message = 'The tenant is suspended: it can be read, not changed or queried.') {
    super(message);
  }
}

/** There is no such object, or it belongs to another tenant. */
export class NotFoundError extends DomainError {
  readonly slug = 'not-found';
}

/** There is no tenant with this id. */
export class TenantNotFoundError extends NotFoundError {
  constructor() {
    super('There is no such tenant.');
  }
}

/** The path exists, but not with this method. */
export class MethodNotAllowedError extends DomainError {
  readonly slug = 'method-not-allowed';

  /** `allow` is the value of the `Allow` header: `GET, PATCH`. */
  constructor(message: string, allow: string) {
    super(message, { allow });
  }
}

/** What has changed since the version that the caller knows. */
export interface MissedChanges {
  readonly current_version: number;
  readonly changed_fields: readonly string[];
}

/** `If-Match` names a version that is no longer current. */
export class VersionMismatchError extends DomainError {
  readonly slug = 'version-mismatch';

  constructor(message: string, missed: MissedChanges) {
    super(message, { ...missed });
  }
}

/** Another writer committed first, and nothing of this change was written. */
export class ConcurrentUpdateError extends DomainError {
  readonly slug = 'concurrent-update';

  constructor(message: string, missed: MissedChanges) {
    super(message, { ...missed });
  }
}

/** The tenant set `override_allowed` to false, and the change has no `force`. */
export class OverrideNotAllowedError extends DomainError {
  readonly slug = 'override-not-allowed';
}

/** A file manages some of the settings; `fields` are their names. */
export class ManagedByCodeError extends DomainError {
  readonly slug = 'managed-by-code';

  constructor(message: string, fields: readonly string[]) {
    super(message, { fields });
  }
}

/** Golden questions fail with the changed configuration; `failures` are those. Nothing was changed. */
export class GateFailedError extends DomainError {
  readonly slug = 'gate-failed';

  constructor(message: string, failures: readonly object[]) {
    super(message, { failures });
  }
}

/** The current state does not allow this; the message says why. */
export class ConflictError extends DomainError {
  readonly slug = 'conflict';

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message, details);
  }
}

/** When a limit allows the next request. */
export interface LimitReset {
  readonly limit: number;
  readonly remaining: number;
  /** ISO 8601. */
  readonly resets_at: string;
  readonly retry_after_s: number;
}

/** Too many requests of this caller in a short time. */
export class RateLimitedError extends DomainError {
  readonly slug = 'rate-limited';

  /** `policy` is the name and the length of the limit, for the headers `RateLimit` and `RateLimit-Policy`. */
  constructor(
    message: string,
    reset: LimitReset,
    policy?: { readonly name: string; readonly window_s: number },
  ) {
    super(message, { ...reset, ...(policy && { policy }) });
  }
}

/** The tenant has used its quota of queries. */
export class QuotaExceededError extends DomainError {
  readonly slug = 'quota-exceeded';

  constructor(message: string, reset: LimitReset) {
    super(message, { ...reset });
  }
}

/** What a month's budget is spent on; amounts in US dollars. */
export interface MonthlySpending {
  readonly budget_usd: number | 'unlimited';
  readonly spent_usd: number;
  readonly reserved_usd: number;
  /** ISO 8601. */
  readonly resets_at: string;
}

/** The tenant's budget does not cover another query this month. */
export class BudgetExceededError extends DomainError {
  readonly slug = 'budget-exceeded';

  constructor(message: string, spending: MonthlySpending) {
    super(message, { ...spending });
  }
}

/** The body, a file in it or the headers are too large. */
export class PayloadTooLargeError extends DomainError {
  readonly slug = 'payload-too-large';
}

/** The route does not read bodies of this content type. */
export class UnsupportedMediaTypeError extends DomainError {
  readonly slug = 'unsupported-media-type';
}

/** Something that Attune needs is down or busy; the caller may try again after `retryAfterS` seconds. */
export class UnavailableError extends DomainError {
  readonly slug = 'unavailable';

  constructor(message: string, retryAfterS: number, cause?: unknown) {
    super(message, { retry_after_s: retryAfterS }, cause);
  }
}

/** One call to a model that failed. */
export interface FailedAttempt {
  readonly model: string;
  readonly outcome: string;
  readonly ms: number;
}

/** A provider failed, and there is no other one to try. */
export class UpstreamError extends DomainError {
  readonly slug: 'upstream-failed' | 'upstream-timeout';

  constructor(
    kind: 'failed' | 'timeout',
    message: string,
    readonly attempts: readonly FailedAttempt[] = [],
    cause?: unknown,
  ) {
    super(message, { attempts }, cause);
    this.slug = `upstream-${kind}`;
  }
}

/** An error in Attune itself. The caller does not see its cause. */
export class InternalError extends DomainError {
  readonly slug = 'internal';

  constructor(cause: unknown) {
    super('Something went wrong on our side.', {}, cause);
  }
}
