import { performance } from 'node:perf_hooks';
import { UpstreamFailure, noAnswerError } from '../../upstream/upstream-failure.js';

/** How long an answer in pieces may take once its model has begun. */
export interface StreamTimes {
  /** The longest silence between two pieces. */
  readonly silenceMs: number;
  /** The whole query. */
  readonly totalMs: number;
}

/**
 * The one deadline of a query, counted from its construction: for a whole answer, or for the beginning of a stream, which then has times of
 * its own. It also ends when the client disconnects.
 */
export class Deadline {
  private endsAt: number;
  private readonly streamEndsAt: number;

  constructor(
    readonly totalMs: number,
    private readonly clientSignal: AbortSignal,
    private readonly stream: StreamTimes = { silenceMs: totalMs, totalMs },
  ) {
    const now = performance.now();
    this.endsAt = now + totalMs;
    this.streamEndsAt = now + stream.totalMs;
  }

  get hasClientLeft(): boolean {
    return this.clientSignal.aborted;
  }

  /** Whole milliseconds, at least 0. */
  get remainingMs(): number {
    return Math.max(0, Math.floor(this.endsAt - performance.now()));
  }

  /** How long to wait for the next piece of a stream that has begun. */
  get nextPieceMs(): number {
    return Math.max(0, Math.floor(Math.min(this.stream.silenceMs, this.streamEndsAt - performance.now())));
  }

  /** How long the query may take in all. */
  maxMs(responseMode: 'whole' | 'streamed'): number {
    return responseMode === 'streamed' ? Math.max(this.totalMs, this.stream.totalMs) : this.totalMs;
  }

  /** Moves the deadline of the beginning: a model that shows its reasoning does not use up the time of the fallback. */
  extend(ms: number): void {
    this.endsAt = Math.min(this.endsAt + ms, Math.max(this.endsAt, this.streamEndsAt));
  }

  /** A time limit for work that outlasts one call. The caller must `stop` or `cancel` it. */
  createTimeLimit(limitMs: number): TimeLimit {
    return new TimeLimit(limitMs, this.clientSignal);
  }

  /**
   * The result of `work`. If `limitMs` pass or the client disconnects first, it rejects at once with an `UpstreamFailure`
   * (`timeout` or `cancelled`), which is also the reason of the signal that `work` gets.
   */
  async within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = this.createTimeLimit(limitMs);
    try {
      return await limit.race(work);
    } finally {
      limit.stop();
    }
  }

  /**
   * Runs work that comes before the first call to a model, within the remaining time.
   *
   * @throws UpstreamError `upstream-timeout` when the deadline passes, `upstream-failed` when the client disconnects; both without attempts
   */
  async beforeModelCall<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.within(this.remainingMs, work);
    } catch (error) {
      throw error instanceof UpstreamFailure ? noAnswerError(error, []) : error;
    }
  }
}

/** A timer with an abort signal. It also aborts when the client disconnects. */
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

  /** Aborts with an `UpstreamFailure` when the time is over or the client disconnects. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Starts the timer again with this length. */
  restart(limitMs: number): void {
    clearTimeout(this.timer);
    if (limitMs <= 0) this.expire();
    else this.timer = setTimeout(this.expire, limitMs);
  }

  /** Stops the timer until the next `restart`. The client's disconnect still aborts. */
  pause(): void {
    clearTimeout(this.timer);
  }

  /** The result of `work`. Rejects with the signal's reason as soon as the signal aborts, even if `work` ignores the signal. */
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

  /** Aborts the signal with `cancelled`, so that work that still runs under it stops. */
  readonly cancel = (): void => {
    this.controller.abort(new UpstreamFailure('cancelled', 'The client disconnected'));
    this.stop();
  };

  /** Stops the timer. The signal stays as it is. */
  stop(): void {
    clearTimeout(this.timer);
    this.clientSignal.removeEventListener('abort', this.cancel);
  }

  private readonly expire = (): void =>
    this.controller.abort(new UpstreamFailure('timeout', 'The time limit has passed'));
}

/** Milliseconds since a `performance.now()`, to the hundredth. */
export function millisecondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 100) / 100;
}
