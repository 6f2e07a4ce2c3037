const beatIntervalMs = 250;
/** Beats in a row of which nothing came back, 1 s in all. */
const maxMissedBeats = 4;

export interface HeartbeatHandlers {
  /** Publishes one beat to ourselves. May reject. */
  publishBeat(): Promise<void>;
  onConnected(): void;
  onDisconnected(): void;
  /** No beat came back for a second over a link that should stand: it is to be made anew. */
  onSilence(): void;
}

/**
 * Proves that what is published arrives, by publishing to ourselves: a link that is half open says nothing of it. Silence
 * is counted in beats, not by the clock: a process that was stopped for a while sends one beat when it goes on, and finds
 * what came meanwhile before the next one.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private isSubscribed = false;
  private isConnected = false;
  private missedBeats = 0;

  constructor(private readonly handlers: HeartbeatHandlers) {}

  get state(): 'proven' | 'doubted' {
    return this.isConnected ? 'proven' : 'doubted';
  }

  start(): void {
    this.timer ??= setInterval(() => this.tick(), beatIntervalMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.isSubscribed = this.isConnected = false;
  }

  /** The subscription stands: from now on a beat that comes back is proof. */
  onSubscribed(): void {
    this.isSubscribed = true;
    this.missedBeats = 0;
    this.sendBeat();
  }

  /** The subscription is gone. */
  onSubscriptionLost(): void {
    this.isSubscribed = false;
    if (!this.isConnected) return;
    this.isConnected = false;
    this.handlers.onDisconnected();
  }

  /** A beat of our own came back. */
  onBeat(): void {
    this.missedBeats = 0;
    if (!this.isSubscribed || this.isConnected) return;
    this.isConnected = true;
    this.handlers.onConnected();
  }

  private tick(): void {
    this.missedBeats += 1;
    if (this.missedBeats >= maxMissedBeats && this.isSubscribed) {
      this.onSubscriptionLost();
      this.handlers.onSilence();
    }
    this.sendBeat();
  }

  private sendBeat(): void {
    this.handlers.publishBeat().catch(() => undefined);
  }
}
