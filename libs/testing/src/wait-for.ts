import { setTimeout as pause } from 'node:timers/promises';

/** Values that mean "not yet". */
type NotYet = false | null | undefined | 0 | '';

/** How long to wait, and for what. */
export interface WaitOptions {
  /** How long to try (default 60 s). It only bounds the wait for a broken product and measures nothing. */
  readonly timeoutMs?: number;
  /** Name of the condition for the error message. */
  readonly what?: string;
}

/**
 * Calls the condition until it returns something truthy, and resolves to that. A condition that throws counts as "not yet".
 *
 * @throws Error after the timeout; its cause is the last error of the condition.
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
