/** How much work a `FairQueue` runs at the same time. */
export interface FairQueueLimits {
  readonly maxRunning: number;
  readonly maxRunningPerTenant: number;
}

type BeginTurn = () => void;

/**
 * Runs work for tenants in turn: the next turn goes to the tenant that has waited longest since its last one, however much work
 * another tenant has in the queue. A tenant runs at most `maxRunningPerTenant` at the same time.
 *
 * ```ts
 * const queue = new FairQueue({ maxRunning: 4, maxRunningPerTenant: 1 });
 * const text = await queue.run('acme-law', () => readFile(file), signal);
 * ```
 */
export class FairQueue {
  /** In the order of the tenants' next turns. */
  private readonly waiting = new Map<string, Set<BeginTurn>>();
  private readonly runningByTenant = new Map<string, number>();
  private running = 0;
  /** Called with how long work has waited for its turn, in milliseconds. For metrics. */
  onTurn: (waitedMs: number) => void = () => undefined;

  constructor(private readonly limits: FairQueueLimits) {}

  /** How much work runs, and how much waits for its turn. */
  get size(): { readonly running: number; readonly waiting: number } {
    const waiting = [...this.waiting.values()].reduce((sum, turns) => sum + turns.size, 0);
    return { running: this.running, waiting };
  }

  /**
   * Runs the work when it is the tenant's turn. Work that waits is dropped when the signal aborts; work that runs must watch the
   * signal itself.
   *
   * @throws the reason of the signal when it aborts before the turn; otherwise what the work throws
   */
  async run<T>(tenantId: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const startedAt = performance.now();
    await this.waitForTurn(tenantId, signal);
    this.onTurn(performance.now() - startedAt);
    try {
      return await work();
    } finally {
      this.endTurn(tenantId);
    }
  }

  private waitForTurn(tenantId: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const begin: BeginTurn = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = (): void => {
      this.remove(tenantId, begin);
      reject(signal!.reason as Error);
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.waiting.set(tenantId, (this.waiting.get(tenantId) ?? new Set()).add(begin));
    this.beginTurns();
    return promise;
  }

  private endTurn(tenantId: string): void {
    this.running -= 1;
    const left = this.runningByTenant.get(tenantId)! - 1;
    if (left === 0) this.runningByTenant.delete(tenantId);
    else this.runningByTenant.set(tenantId, left);
    this.beginTurns();
  }

  private beginTurns(): void {
    for (const [tenantId, turns] of this.waiting) {
      if (this.running >= this.limits.maxRunning) return;
      const runningOfTenant = this.runningByTenant.get(tenantId) ?? 0;
      if (runningOfTenant >= this.limits.maxRunningPerTenant) continue;
      const [begin] = turns;
      this.remove(tenantId, begin!);
      // A `Map` is iterated in the order of insertion, so the loop comes to this tenant again after all others.
      if (this.waiting.delete(tenantId)) this.waiting.set(tenantId, turns);
      this.running += 1;
      this.runningByTenant.set(tenantId, runningOfTenant + 1);
      begin!();
    }
  }

  private remove(tenantId: string, begin: BeginTurn): void {
    const turns = this.waiting.get(tenantId);
    turns?.delete(begin);
    if (turns?.size === 0) this.waiting.delete(tenantId);
  }
}
