import type { Socket } from 'node:net';

/** What the connections of a link are subject to, as it changes. */
export interface LinkConditions {
  isFrozen: boolean;
  delayMs: number;
}

interface QueuedWrite {
  readonly dueAt: number;
  readonly write: () => boolean | void;
}

/** So much may be on the way before the sender has to wait, as on a wire of some length. */
const maxQueued = 256;

/**
 * One direction of a connection: what comes out of one socket goes into the other, in order, when the conditions let it;
 * ends and failures too.
 */
export class ThrottledPipe {
  private readonly queue: QueuedWrite[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isBackpressured = false;
  private holdCount = 0;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly conditions: LinkConditions,
    watch: (bytes: Buffer) => void = () => undefined,
  ) {
    from.on('data', (bytes) => {
      watch(bytes);
      this.enqueue(() => this.to.write(bytes));
    });
    from.once('end', () => this.enqueue(() => void this.to.end()));
    from.once('close', () => this.enqueue(() => void this.to.destroy()));
    to.on('drain', () => {
      this.isBackpressured = false;
      this.flush();
    });
    to.once('close', () => clearTimeout(this.timer));
  }

  /** Nothing passes until the promise is kept, whatever the conditions. */
  holdUntil(until: Promise<void>): void {
    this.holdCount += 1;
    void until.finally(() => {
      this.holdCount -= 1;
      this.flush();
    });
  }

  /** To be called when the conditions have changed: passes on what may go. */
  flush(): void {
    clearTimeout(this.timer);
    while (this.canFlush()) {
      const waitMs = this.queue[0]!.dueAt - performance.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.flush(), Math.ceil(waitMs));
        break;
      }
      this.isBackpressured = this.queue.shift()!.write() === false;
    }
    this.throttle();
  }

  private enqueue(write: QueuedWrite['write']): void {
    this.queue.push({ dueAt: performance.now() + this.conditions.delayMs, write });
    this.flush();
  }

  private canFlush(): boolean {
    return this.queue.length > 0 && !this.isBlocked() && !this.to.destroyed;
  }

  private isBlocked(): boolean {
    return this.conditions.isFrozen || this.isBackpressured || this.holdCount > 0;
  }

  /** What cannot go on stays with the sender, whose buffers fill up. */
  private throttle(): void {
    const isFull = this.conditions.isFrozen || this.queue.length >= maxQueued;
    if (isFull) this.from.pause();
    else this.from.resume();
  }
}
