import { setImmediate } from 'node:timers/promises';

/**
 * The time of day, injected so that tests can set it.
 *
 * ```ts
 * const fixedClock: Clock = { now: () => Date.parse('2026-11-28T20:00:00Z') };
 * ```
 */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;
}

/** The clock of the machine. */
export class SystemClock extends Clock {
  /** Milliseconds since the epoch, by the clock of the machine. */
  now(): number {
    return Date.now();
  }
}

/**
 * Settles as `promise` does. If it has not settled after `timeoutMs`, rejects with an Error; the work itself continues. The timer
 * does not keep the process alive.
 */
export async function withTimeout<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`no answer within ${timeoutMs} ms`)),
    timeoutMs,
  ).unref();
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets other requests run before the caller continues. For loops that would otherwise keep the event loop busy for long. */
export function yieldToEventLoop(): Promise<void> {
  return setImmediate();
}
