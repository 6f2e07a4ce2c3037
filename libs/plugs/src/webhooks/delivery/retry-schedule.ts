const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** How long after the attempt before each attempt is made, as Standard Webhooks proposes: about 75 hours in all. */
const delaysMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];
/** Deliveries that failed together do not come back together. */
const jitter = 0.1;
const maxRetryAfterMs = 24 * hour;

/** When no attempt has succeeded for this long, a webhook is `failing`. An interval of Postgres, and words. */
export const failingAfter = '5 minutes';
/**
 * When no attempt has succeeded for this long, the end of a delivery without success disables its webhook. An interval of Postgres, and
 * words. It is read only after the last attempt, so a shorter time changes little. The alert in deploy/prometheus says it, too.
 */
export const disabledAfter = '72 hours';

/**
 * How long to wait after a number of attempts that failed, in milliseconds; null when there is no further attempt. `random` is
 * from 0 to 1. A receiver may ask for a longer time, up to a day.
 */
export function nextDelayMs(failedAttempts: number, random: number, retryAfterMs = 0): number | null {
  const delayMs = delaysMs[failedAttempts];
  if (delayMs === undefined) return null;
  return Math.max(delayMs * (1 + jitter * random), Math.min(retryAfterMs, maxRetryAfterMs));
}

/** The milliseconds that the header `Retry-After` asks for: a number of seconds, or a date. 0 for none, and for what it is not. */
export function readRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const trimmed = header.trim();
  const waitMs = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) * second : Date.parse(trimmed) - now;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), maxRetryAfterMs) : 0;
}
