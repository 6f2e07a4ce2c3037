import { setTimeout as pause } from 'node:timers/promises';

/** A value that says "not yet". */
type NotYet = false | null | undefined | 0 | '';

export interface WaitOptions {
  /** How long to try (default 60 s). A bound for a broken product, never a measurement. */
  readonly timeoutMs?: number;
  /** What is waited for, for the message of the failure. */
  readonly what?: string;
}

/**
 * Calls the condition until it returns something truthy, and resolves to that. A condition that throws counts as "not yet".
 *
 * @throws Error when the time is over; its cause is what the condition threw last.
 * @example const entry = await waitFor(() => history.find((each) => each.version === 2));
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 60_000, what = String(condition) }: WaitOptions = {},
): Promise<Exclude<T, NotYet>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const { value, cause } = await attempt(condition);
    if (value) return value as Exclude<T, NotYet>;
    if (Date.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${what}`, { cause });
    await pause(20);
  }
}

async function attempt<T>(condition: () => T | Promise<T>): Promise<{ value?: T; cause?: unknown }> {
  try {
    return { value: await condition() };
  } catch (cause) {
    return { cause };
  }
}
