import type { Socket } from 'node:net';

/** What the connections of a link are subject to, as it changes. */
export interface Conditions {
  isFrozen: boolean;
  delayMs: number;
}

interface Waiting {
  readonly dueAt: number;
  readonly pass: () => boolean | void;
}

/** So much may be on the way before the sender has to wait, as on a wire of some length. */
const mostWaiting = 256;

/**
 * One direction of a connection: what comes out of one socket goes into the other, in order, when the conditions let it;
 * ends and failures too.
 */
export class Way {
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isChoked = false;
  private holds = 0;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly conditions: Conditions,
    watch: (bytes: Buffer) => void = () => undefined,
  ) {
    from.on('data', (bytes) => {
      watch(bytes);
      this.take(() => this.to.write(bytes));
    });
    from.once('end', () => this.take(() => void this.to.end()));
    from.once('close', () => this.take(() => void this.to.destroy()));
    to.on('drain', () => {
      this.isChoked = false;
      this.advance();
    });
    to.once('close', () => clearTimeout(this.timer));
  }

  /** Nothing passes until the promise is kept, whatever the conditions. */
  waitFor(until: Promise<void>): void {
    this.holds += 1;
    void until.finally(() => {
      this.holds -= 1;
      this.advance();
    });
  }

  /** To be called when the conditions have changed: passes on what may go. */
  advance(): void {
    clearTimeout(this.timer);
    while (this.mayPass()) {
      const waitMs = this.waiting[0]!.dueAt - performance.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.advance(), Math.ceil(waitMs));
        break;
      }
      this.isChoked = this.waiting.shift()!.pass() === false;
    }
    this.throttle();
  }

  private take(pass: Waiting['pass']): void {
    this.waiting.push({ dueAt: performance.now() + this.conditions.delayMs, pass });
    this.advance();
  }

  private mayPass(): boolean {
    return this.waiting.length > 0 && !this.isStopped() && !this.to.destroyed;
  }

  private isStopped(): boolean {
    return this.conditions.isFrozen || this.isChoked || this.holds > 0;
  }

  /** What cannot go on stays with the sender, whose buffers fill up. */
  private throttle(): void {
    const isFull = this.conditions.isFrozen || this.waiting.length >= mostWaiting;
    if (isFull) this.from.pause();
    else this.from.resume();
  }
}
