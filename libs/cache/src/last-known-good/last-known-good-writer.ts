import type { LastKnownGoodStore, LastKnownGood, KeyedLastKnownGood } from './last-known-good-store.js';

const flushDelayMs = 50;
const maxEntriesPerFlush = 500;

/**
 * Writes copies in the background and in bounded lots, so that a warm-up of a hundred thousand tenants does not flood Redis.
 * Of one key only the newest waits. While they could not be written they go on waiting: that something is gone, a revoked key
 * above all, must not be forgotten because Redis was away when it happened.
 */
export class LastKnownGoodWriter {
  private readonly pending = new Map<string, Map<string, LastKnownGood>>();
  private timer: NodeJS.Timeout | undefined;
  private writing = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly store: LastKnownGoodStore,
    private readonly isWritable: () => boolean = () => true,
  ) {}

  enqueue(kind: string, key: string, entry: LastKnownGood): void {
    const ofKind = this.pending.get(kind) ?? new Map<string, LastKnownGood>();
    this.pending.set(kind, ofKind);
    if ((ofKind.get(key)?.version ?? 0) <= entry.version) ofKind.set(key, entry);
    this.schedule();
  }

  /** Resolves when everything that can be written is, without pause. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.writing;
    while (this.pending.size > 0 && this.isWritable()) await this.flush();
  }

  private schedule(): void {
    if (this.isClosed || this.timer !== undefined) return;
    this.timer = setTimeout(() => (this.writing = this.flushAndReschedule()), flushDelayMs).unref();
  }

  private async flushAndReschedule(): Promise<void> {
    if (this.isWritable()) await this.flush();
    this.timer = undefined;
    if (this.pending.size > 0) this.schedule();
  }

  private async flush(): Promise<void> {
    // Of those that wait now: what comes meanwhile has its own pause.
    for (const [kind, ofKind] of Array.from(this.pending)) {
      const batch = takeBatch(ofKind, maxEntriesPerFlush);
      if (ofKind.size === 0) this.pending.delete(kind);
      await this.store.save(kind, batch);
    }
  }
}

/** Takes the first ones out. */
function takeBatch(pending: Map<string, LastKnownGood>, maxEntries: number): KeyedLastKnownGood[] {
  const batch: KeyedLastKnownGood[] = [];
  for (const [key, entry] of pending) {
    if (batch.length === maxEntries) break;
    batch.push({ key, ...entry });
    pending.delete(key);
  }
  return batch;
}
