import { setTimeout } from 'node:timers/promises';
import { EmbeddingFailure } from './embedding-failure.js';

/** How often and how long a request is repeated. */
export interface RetryPolicy {
  readonly maxRetries: number;
  /** A failure that asks for a longer wait is final. */
  readonly maxWaitMs: number;
}

const firstWaitMs = 500;

/**
 * Repeats a call that fails for a while (429, 5xx, a broken connection). Waits as long as the server asks (`Retry-After`), else 0.5 s,
 * 1 s, 2 s and so on, with jitter. A time-out is not repeated: fewer texts have a better chance.
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const waitMs = attempt < policy.maxRetries ? waitAfter(error, attempt) : null;
      if (waitMs === null || waitMs > policy.maxWaitMs) throw error;
      await wait(waitMs, signal);
    }
  }
}

/** Milliseconds; null: repeating does not help. */
function waitAfter(error: unknown, attempt: number): number | null {
  if (!(error instanceof EmbeddingFailure) || !error.isTransient || error.kind === 'timeout') return null;
  return error.retryAfterMs ?? firstWaitMs * 2 ** attempt * (0.5 + Math.random() / 2);
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
}
