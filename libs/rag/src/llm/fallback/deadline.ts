import { performance } from 'node:perf_hooks';
import { UpstreamFailure } from '../upstream-failure.js';

/** The one deadline of a query, counted from when it is made, and the client who may leave before it. */
export class Deadline {
  private readonly endsAt: number;

  constructor(
    readonly totalMs: number,
    private readonly clientSignal: AbortSignal,
  ) {
    this.endsAt = performance.now() + totalMs;
  }

  /** Whether nobody waits for the query any more. */
  get hasClientLeft(): boolean {
    return this.clientSignal.aborted;
  }

  /** Whole milliseconds, at least 0. */
  get remainingMs(): number {
    return Math.max(0, Math.floor(this.endsAt - performance.now()));
  }

  /** A limit for a piece of work that outlasts one call. Whoever takes it ends it. */
  createTimeLimit(limitMs: number): TimeLimit {
    return new TimeLimit(limitMs, this.clientSignal);
  }

  /**
   * What `work` brings, unless `timeoutMs` pass or the client leaves first: then it rejects at once with an `UpstreamFailure`
   * (`timeout` or `cancelled`), which is also the reason of the signal that `work` got.
   */
  async within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = this.createTimeLimit(limitMs);
    try {
      return await limit.race(work);
    } finally {
      limit.stop();
    }
  }
}

/** A span of time within which something must happen, and which also ends when the client leaves. */
export class TimeLimit {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    limitMs: number,
    private readonly clientSignal: AbortSignal,
  ) {
    clientSignal.addEventListener('abort', this.cancel);
    if (clientSignal.aborted) this.cancel();
    else this.restart(limitMs);
  }

  /** Aborts with an `UpstreamFailure` when the span is over or the client left. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The span begins anew, with this length. */
  restart(limitMs: number): void {
    clearTimeout(this.timer);
    if (limitMs <= 0) this.expire();
    else this.timer = setTimeout(this.expire, limitMs);
  }

  /** What `work` brings, or the signal's reason as soon as there is one, whatever `work` is doing. */
  async race<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this;
    signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([work(signal), promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Nobody waits any more: what still runs under the signal stops. */
  readonly cancel = (): void => {
    this.controller.abort(new UpstreamFailure('cancelled', 'The client went away'));
    this.stop();
  };

  /** No time counts from here on. The signal stays as it is. */
  stop(): void {
    clearTimeout(this.timer);
    this.clientSignal.removeEventListener('abort', this.cancel);
  }

  private readonly expire = (): void =>
    this.controller.abort(new UpstreamFailure('timeout', 'The time allowed has passed'));
}
