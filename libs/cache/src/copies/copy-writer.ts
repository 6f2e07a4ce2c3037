import type { Copies, Copy, KeyedCopy } from './copies.js';

const flushEveryMs = 50;
const copiesPerFlush = 500;

/**
 * Writes copies in the background and in bounded lots, so that a warm-up of a hundred thousand tenants does not flood Redis.
 * Of one key only the newest waits. While they could not be written they go on waiting: that something is gone, a revoked key
 * above all, must not be forgotten because Redis was away when it happened.
 */
export class CopyWriter {
  private readonly waiting = new Map<string, Map<string, Copy>>();
  private timer: NodeJS.Timeout | undefined;
  private writing = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly copies: Copies,
    private readonly isWritable: () => boolean = () => true,
  ) {}

  keep(kind: string, key: string, copy: Copy): void {
    const ofKind = this.waiting.get(kind) ?? new Map<string, Copy>();
    this.waiting.set(kind, ofKind);
    if ((ofKind.get(key)?.version ?? 0) <= copy.version) ofKind.set(key, copy);
    this.schedule();
  }

  /** Resolves when everything that can be written is, without pause. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.writing;
    while (this.waiting.size > 0 && this.isWritable()) await this.flush();
  }

  private schedule(): void {
    if (this.isClosed || this.timer !== undefined) return;
    this.timer = setTimeout(() => (this.writing = this.flushAndGoOn()), flushEveryMs).unref();
  }

  private async flushAndGoOn(): Promise<void> {
    if (this.isWritable()) await this.flush();
    this.timer = undefined;
    if (this.waiting.size > 0) this.schedule();
  }

  private async flush(): Promise<void> {
    // Of those that wait now: what comes meanwhile has its own pause.
    for (const [kind, ofKind] of Array.from(this.waiting)) {
      const lot = taken(ofKind, copiesPerFlush);
      if (ofKind.size === 0) this.waiting.delete(kind);
      await this.copies.keep(kind, lot);
    }
  }
}

/** Takes the first ones out. */
function taken(waiting: Map<string, Copy>, most: number): KeyedCopy[] {
  const lot: KeyedCopy[] = [];
  for (const [key, copy] of waiting) {
    if (lot.length === most) break;
    lot.push({ key, ...copy });
    waiting.delete(key);
  }
  return lot;
}
