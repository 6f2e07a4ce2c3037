import { type DomainError, RateLimitedError } from '#kernel';
import type { LimitReset } from './rate-limit.repository.js';

/** The error when an hourly limit is reached. */
export function rateLimitedError(message: string, limit: number, reset: LimitReset): DomainError {
  const { resets_at: resetsAt, retry_after_s } = reset;
  return new RateLimitedError(`${message} The next one is possible in ${retry_after_s} s.`, {
    limit,
    remaining: 0,
    resets_at: resetsAt.toISOString(),
    retry_after_s,
  });
}
