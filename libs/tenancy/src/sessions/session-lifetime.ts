import { type Role, isPlatformRole } from '#http';

const minuteMs = 60_000;

/** A session ends this long after its sign-in, whatever happens. */
export const maxSessionMs = 12 * 60 * minuteMs;

/** The use of a session is recorded at most once in this time. */
export const recordUseEveryMs = minuteMs;

/** A session ends after this time without a request. */
export function maxIdleMs(role: Role): number {
  return isPlatformRole(role) ? 30 * minuteMs : 60 * minuteMs;
}
