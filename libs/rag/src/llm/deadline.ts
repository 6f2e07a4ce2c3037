import { performance } from 'node:perf_hooks';
import { UpstreamFailure } from './upstream-failure.js';

/** The one deadline of a query, counted from when it is made, and the client who may leave before it. */
export class Deadline {
  private readonly end: number;

  constructor(
    totalMs: number,
    private readonly client: AbortSignal,
  ) {
    this.end = performance.now() + totalMs;
  }

  /** Whole milliseconds, at least 0. */
  get remainingMs(): number {
    return Math.max(0, Math.floor(this.end - performance.now()));
  }

  /**
   * What `work` brings, unless `limitMs` pass or the client leaves first: then it rejects at once with an `UpstreamFailure`
   * (`timeout` or `cancelled`), which is also the reason of the signal that `work` got.
   */
  async within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const passed = (): void => limit.abort(new UpstreamFailure('timeout', 'The time allowed has passed'));
    const left = (): void => limit.abort(new UpstreamFailure('cancelled', 'The client went away'));
    const timer = setTimeout(passed, limitMs);
    this.client.addEventListener('abort', left);
    try {
      if (this.client.aborted) left();
      else if (limitMs <= 0) passed();
      limit.signal.throwIfAborted();
      return await Promise.race([work(limit.signal), rejection(limit.signal)]);
    } finally {
      clearTimeout(timer);
      this.client.removeEventListener('abort', left);
    }
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
