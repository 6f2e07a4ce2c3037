/** What ends a piece of work early. */
export interface AbortCauses {
  /** A signal that outlives the work. Its reason is passed on. */
  readonly signal?: AbortSignal | undefined;
  /** The reason is then a `TimeoutError`, as that of `AbortSignal.timeout`. */
  readonly timeoutMs?: number;
}

/**
 * The abort signal of one piece of work. Its owner must `end` it, and nothing is left of it then. `AbortSignal.any` and
 * `AbortSignal.timeout` cost several times as much: they are followed by the garbage collector, and a time-out runs on after the work.
 *
 * ```ts
 * const scope = new AbortScope({ signal, timeoutMs: 10_000 });
 * try {
 *   return await fetch('https://model.example/v1/models', { signal: scope.signal });
 * } finally {
 *   scope.end();
 * }
 * ```
 */
export class AbortScope {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  /** True if the time is over and nothing else aborted before. */
  isTimedOut = false;

  constructor(private readonly causes: AbortCauses) {
    const { signal, timeoutMs } = causes;
    if (signal?.aborted) this.follow();
    else signal?.addEventListener('abort', this.follow);
    if (timeoutMs !== undefined) this.timer = setTimeout(this.expire, timeoutMs).unref();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Aborts the work. */
  abort(): void {
    this.controller.abort();
  }

  /** Nothing aborts the signal any more but `abort`. */
  end(): void {
    clearTimeout(this.timer);
    this.causes.signal?.removeEventListener('abort', this.follow);
  }

  private readonly follow = (): void => {
    this.controller.abort(this.causes.signal!.reason);
  };

  private readonly expire = (): void => {
    this.isTimedOut = !this.signal.aborted;
    this.controller.abort(new DOMException('The time is over', 'TimeoutError'));
  };
}
