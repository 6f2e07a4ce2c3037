const beatIntervalMs = 250;
/** Consecutive beats that may stay unanswered, 1 s in all. */
const maxMissedBeats = 4;

export interface HeartbeatHandlers {
  /** Publishes one beat to this member. May reject. */
  publishBeat(): Promise<void>;
  onConnected(): void;
  onDisconnected(): void;
  /** No beat came back for a second although the subscription should work: reconnect. */
  onSilence(): void;
}

/**
 * Checks that published messages arrive, by publishing to itself: a half-open connection reports no error. Silence is
 * counted in beats, not by the clock. A process that was paused sends one beat when it continues, and reads the messages
 * that arrived meanwhile before the next beat.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private isSubscribed = false;
  private isConnected = false;
  private missedBeats = 0;

  constructor(private readonly handlers: HeartbeatHandlers) {}

  get state(): 'connected' | 'degraded' {
    return this.isConnected ? 'connected' : 'degraded';
  }

  start(): void {
    this.timer ??= setInterval(() => this.tick(), beatIntervalMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.isSubscribed = this.isConnected = false;
  }

  /** The subscription is confirmed: from now on, a beat that comes back shows that the bus is connected. */
  onSubscribed(): void {
    this.isSubscribed = true;
    this.missedBeats = 0;
    this.sendBeat();
  }

  onSubscriptionLost(): void {
    this.isSubscribed = false;
    if (!this.isConnected) return;
    this.isConnected = false;
    this.handlers.onDisconnected();
  }

  /** One of our own beats came back. */
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
