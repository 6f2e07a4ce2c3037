const beatEveryMs = 250;
/** Beats in a row of which nothing came back, 1 s in all. */
const silentBeats = 4;

export interface HeartbeatHandlers {
  /** Publishes one beat to ourselves. May reject. */
  send(): Promise<void>;
  proven(): void;
  doubted(): void;
  /** No beat came back for a second over a link that should stand: it is to be made anew. */
  silent(): void;
}

/**
 * Proves that what is published arrives, by publishing to ourselves: a link that is half open says nothing of it. Silence
 * is counted in beats, not by the clock: a process that was stopped for a while sends one beat when it goes on, and finds
 * what came meanwhile before the next one.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private isConfirmed = false;
  private isProven = false;
  private unheard = 0;

  constructor(private readonly handlers: HeartbeatHandlers) {}

  get state(): 'proven' | 'doubted' {
    return this.isProven ? 'proven' : 'doubted';
  }

  start(): void {
    this.timer ??= setInterval(() => this.tick(), beatEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.isConfirmed = this.isProven = false;
  }

  /** The subscription stands: from now on a beat that comes back is proof. */
  confirmed(): void {
    this.isConfirmed = true;
    this.unheard = 0;
    this.beat();
  }

  /** The subscription is gone. */
  lost(): void {
    this.isConfirmed = false;
    if (!this.isProven) return;
    this.isProven = false;
    this.handlers.doubted();
  }

  /** A beat of our own came back. */
  heard(): void {
    this.unheard = 0;
    if (!this.isConfirmed || this.isProven) return;
    this.isProven = true;
    this.handlers.proven();
  }

  private tick(): void {
    this.unheard += 1;
    if (this.unheard >= silentBeats && this.isConfirmed) {
      this.lost();
      this.handlers.silent();
    }
    this.beat();
  }

  private beat(): void {
    this.handlers.send().catch(() => undefined);
  }
}
