/** In a larger batch a request costs hardly less, and the locks of its tenant are held longer. */
const maxBatchSize = 64;

/**
 * Sends requests in batches, one batch at a time. What arrives while a batch is on its way goes with the next one. If more wait than
 * a batch can hold, the tenants take turns, so that one with many requests does not hold up the others.
 */
export class BatchLane<Request> {
  /** By tenant, in the order of their turns. */
  private readonly waiting = new Map<string, Request[]>();
  private isSending = false;

  /** @param send Must not reject. @param onIdle Called when everything has been sent and answered. */
  constructor(
    private readonly send: (batch: readonly Request[]) => Promise<void>,
    private readonly onIdle: () => void = () => undefined,
  ) {}

  add(tenantId: string, request: Request): void {
    const queue = this.waiting.get(tenantId);
    if (queue) queue.push(request);
    else this.waiting.set(tenantId, [request]);
    if (this.isSending) return;
    this.isSending = true;
    // The other requests of this turn of the event loop come with the first batch.
    setImmediate(() => void this.sendAll());
  }

  /** Removes everything that waits, and returns it. */
  takeAll(): Request[] {
    const all = [...this.waiting.values()].flat();
    this.waiting.clear();
    return all;
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.size > 0) await this.send(this.takeBatch());
    this.isSending = false;
    this.onIdle();
  }

  private takeBatch(): Request[] {
    const batch: Request[] = [];
    for (const [tenantId, queue] of this.waiting) {
      if (batch.length === maxBatchSize) break;
      batch.push(queue.shift()!);
      this.waiting.delete(tenantId);
      // The iteration comes to the tenant again, after the others.
      if (queue.length > 0) this.waiting.set(tenantId, queue);
    }
    return batch;
  }
}
