import { RateLimitedError } from './domain-error.js';

/** How much work a `FairQueue` runs at the same time, and how much waits. */
export interface FairQueueLimits {
  readonly maxRunning: number;
  /** Default: three quarters of `maxRunning`, so that some places are always left for others. */
  readonly maxRunningPerTenant?: number;
  /** A tenant with so much waiting work gets a refusal for more. Default: 1,000. */
  readonly maxWaitingPerTenant?: number;
}

/** How one piece of work waits. */
export interface TurnOptions {
  /** Work that waits is dropped when it aborts. Work that runs must watch the signal itself. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait for the turn. Default: without end. */
  readonly timeoutMs?: number;
  /** It gets the next free place, before the turns of all tenants and beyond the share of its own. */
  readonly isUrgent?: boolean;
}

/** Work has waited for its turn as long as it may. */
export class TurnTimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(`No turn came within ${timeoutMs} ms.`);
    this.name = TurnTimeoutError.name;
  }
}

/** Ends a turn; the next one begins. Further calls do nothing. */
export type EndTurn = () => void;

interface WaitingTurn {
  readonly begin: () => void;
  readonly drop: (reason: unknown) => void;
}

const tenantShare = 0.75;
const defaultMaxWaiting = 1_000;
const retryAfterS = 1;

/**
 * Runs work for tenants in turn: the next turn goes to the tenant that has waited longest since its last one, however much work
 * another tenant has in the queue. One tenant never has all places, and its waiting work is bounded.
 *
 * ```ts
 * const queue = new FairQueue({ maxRunning: 4 });
 * const text = await queue.run('acme-law', () => readFile(file), { signal });
 * ```
 */
export class FairQueue {
  /** In the order of the tenants' next turns. */
  private readonly waiting = new Map<string, Set<WaitingTurn>>();
  private readonly urgent = new Set<WaitingTurn>();
  private readonly runningByTenant = new Map<string, number>();
  private running = 0;
  private readonly limits: Required<FairQueueLimits>;
  /** Called with how long work has waited for its turn, in milliseconds. For metrics. */
  onTurn: (waitedMs: number) => void = () => undefined;

  constructor({
    maxRunning,
    maxRunningPerTenant = Math.max(1, Math.floor(maxRunning * tenantShare)),
    maxWaitingPerTenant = defaultMaxWaiting,
  }: FairQueueLimits) {
    this.limits = { maxRunning, maxRunningPerTenant, maxWaitingPerTenant };
  }

  /** How much work runs, and how much waits for its turn. */
  get size(): { readonly running: number; readonly waiting: number } {
    const waiting = [...this.waiting.values()].reduce((sum, turns) => sum + turns.size, this.urgent.size);
    return { running: this.running, waiting };
  }

  /**
   * Runs the work when it is the tenant's turn.
   *
   * @throws RateLimitedError when too much work of the tenant waits; TurnTimeoutError, or the reason of the signal, when that
   *   comes before the turn; otherwise what the work throws
   */
  async run<T>(tenantId: string, work: () => Promise<T>, options: TurnOptions = {}): Promise<T> {
    const endTurn = await this.waitForTurn(tenantId, options);
    try {
      return await work();
    } finally {
      endTurn();
    }
  }

  /** For work that does not end with one promise. The caller must end the turn. Errors are those of `run`. */
  async waitForTurn(tenantId: string, options: TurnOptions = {}): Promise<EndTurn> {
    options.signal?.throwIfAborted();
    const startedAt = performance.now();
    const hasPlace = this.running < this.limits.maxRunning;
    if (hasPlace && (options.isUrgent || this.hasShareLeft(tenantId))) this.beginTurn(tenantId);
    else await this.enqueue(tenantId, options);
    this.onTurn(performance.now() - startedAt);
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      this.endTurn(tenantId);
    };
  }

  /** Drops all work that waits: each caller gets this error. Work that runs goes on. */
  dropWaiting(reason: unknown): void {
    for (const turn of [...this.urgent, ...[...this.waiting.values()].flatMap((turns) => [...turns])])
      turn.drop(reason);
  }

  /** @throws RateLimitedError */
  private queueOf(tenantId: string): Set<WaitingTurn> {
    const { maxWaitingPerTenant: limit } = this.limits;
    const turns = this.waiting.get(tenantId) ?? new Set();
    if (turns.size >= limit) throw tooMuchWaitingError(limit);
    this.waiting.set(tenantId, turns);
    return turns;
  }

  private enqueue(tenantId: string, { signal, timeoutMs, isUrgent }: TurnOptions): Promise<void> {
    const turns = isUrgent ? this.urgent : this.queueOf(tenantId);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      turns.delete(turn);
      if (turns !== this.urgent && turns.size === 0) this.waiting.delete(tenantId);
    };
    const turn: WaitingTurn = {
      begin: () => {
        leave();
        this.beginTurn(tenantId);
        resolve();
      },
      drop: (reason) => {
        leave();
        reject(reason as Error);
      },
    };
    const expire = (): void => turn.drop(new TurnTimeoutError(timeoutMs!));
    const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
    const onAbort = (): void => turn.drop(signal!.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    turns.add(turn);
    return promise;
  }

  private beginTurn(tenantId: string): void {
    this.running += 1;
    this.runningByTenant.set(tenantId, (this.runningByTenant.get(tenantId) ?? 0) + 1);
  }

  private endTurn(tenantId: string): void {
    this.running -= 1;
    const left = this.runningByTenant.get(tenantId)! - 1;
    if (left === 0) this.runningByTenant.delete(tenantId);
    else this.runningByTenant.set(tenantId, left);
    this.beginTurns();
  }

  private beginTurns(): void {
    for (const turn of this.urgent) {
      if (this.running >= this.limits.maxRunning) return;
      turn.begin();
    }
    for (const [tenantId, turns] of this.waiting) {
      if (this.running >= this.limits.maxRunning) return;
      if (!this.hasShareLeft(tenantId)) continue;
      const [turn] = turns;
      turn!.begin();
      // A `Map` is iterated in the order of insertion, so the loop comes to this tenant again after all others.
      if (this.waiting.delete(tenantId)) this.waiting.set(tenantId, turns);
    }
  }

  private hasShareLeft(tenantId: string): boolean {
    return (this.runningByTenant.get(tenantId) ?? 0) < this.limits.maxRunningPerTenant;
  }
}

function tooMuchWaitingError(limit: number): RateLimitedError {
  const message = `${limit} requests of the tenant wait for their turn already; send the next one when one of them is answered.`;
  const resetsAt = new Date(Date.now() + retryAfterS * 1000).toISOString();
  return new RateLimitedError(message, {
    limit,
    remaining: 0,
    resets_at: resetsAt,
    retry_after_s: retryAfterS,
  });
}
