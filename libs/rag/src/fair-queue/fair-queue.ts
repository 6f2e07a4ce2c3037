/** How much work a `FairQueue` runs at the same time. */
export interface FairQueueLimits {
  readonly maxRunning: number;
  readonly maxRunningPerTenant: number;
}

interface WaitingTurn {
  readonly begin: () => void;
}

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
  private readonly waiting = new Map<string, Set<WaitingTurn>>();
  private readonly runningByTenant = new Map<string, number>();
  private running = 0;

  constructor(private readonly limits: FairQueueLimits) {}

  /**
   * Runs the work when it is the tenant's turn. Work that waits is dropped when the signal aborts; work that runs must watch the
   * signal itself.
   *
   * @throws the reason of the signal when it aborts before the turn; otherwise what the work throws
   */
  async run<T>(tenantId: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.waitForTurn(tenantId, signal);
    try {
      return await work();
    } finally {
      this.endTurn(tenantId);
    }
  }

  private waitForTurn(tenantId: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const turn: WaitingTurn = {
      begin: () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      },
    };
    const leave = (): void => {
      this.remove(tenantId, turn);
      reject(signal!.reason as Error);
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.waiting.set(tenantId, (this.waiting.get(tenantId) ?? new Set()).add(turn));
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
      const [turn] = turns;
      this.remove(tenantId, turn!);
      this.moveToEnd(tenantId);
      this.running += 1;
      this.runningByTenant.set(tenantId, runningOfTenant + 1);
      turn!.begin();
    }
  }

  /** The loop of `beginTurns` comes to the tenant again after all others, because a `Map` is iterated in the order of insertion. */
  private moveToEnd(tenantId: string): void {
    const turns = this.waiting.get(tenantId);
    if (turns === undefined) return;
    this.waiting.delete(tenantId);
    this.waiting.set(tenantId, turns);
  }

  private remove(tenantId: string, turn: WaitingTurn): void {
    const turns = this.waiting.get(tenantId);
    turns?.delete(turn);
    if (turns?.size === 0) this.waiting.delete(tenantId);
  }
}
