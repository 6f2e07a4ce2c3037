import type { LastKnownGoodStore, LastKnownGood, KeyedLastKnownGood } from './last-known-good-store.js';

const flushDelayMs = 50;
const maxEntriesPerFlush = 500;

/**
 * Saves copies in the background and in bounded batches, so that a warm-up of a hundred thousand tenants does not flood
 * Redis. Only the newest copy of a key is pending. Copies stay pending while Redis is down: a deletion, above all of a
 * revoked key, must not get lost.
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

  /** The pending copies belong to another history of the store. */
  discardPending(): void {
    this.pending.clear();
  }

  /** Saves all pending copies without pauses, if the store is writable. */
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
    // Only what is pending now: copies enqueued meanwhile wait for the next flush.
    for (const [kind, ofKind] of Array.from(this.pending)) {
      const batch = takeBatch(ofKind, maxEntriesPerFlush);
      if (ofKind.size === 0) this.pending.delete(kind);
      await this.store.save(kind, batch);
    }
  }
}

/** Removes the first entries and returns them. */
function takeBatch(pending: Map<string, LastKnownGood>, maxEntries: number): KeyedLastKnownGood[] {
  const batch: KeyedLastKnownGood[] = [];
  for (const [key, entry] of pending) {
    if (batch.length === maxEntries) break;
    batch.push({ key, ...entry });
    pending.delete(key);
  }
  return batch;
}
