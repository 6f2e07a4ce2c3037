import type { SubscriptionHandlers } from '#redis';
import type { PubSub } from '../src/bus/redis-bus.js';

/** Redis as a bus sees it, which answers and delivers only when told to. */
export class ManualPubSub implements PubSub {
  /** Channels of the publications that came, answered or not. */
  readonly published: string[] = [];
  /** `frozen`: no answer, ever; `down`: refused at once. */
  condition: 'up' | 'frozen' | 'down' = 'up';
  renewals = 0;
  private handlers: SubscriptionHandlers | null = null;
  private channels: readonly string[] = [];

  async connect(): Promise<void> {}

  publish(channel: string): Promise<void> {
    this.published.push(channel);
    if (this.condition === 'frozen') return new Promise(() => undefined);
    return this.condition === 'up' ? Promise.resolve() : Promise.reject(new Error('down'));
  }

  subscribe(channels: readonly string[], handlers: SubscriptionHandlers) {
    this.handlers = handlers;
    this.channels = channels;
    return { reconnect: () => void (this.renewals += 1), close: async () => undefined };
  }

  confirmSubscription(): void {
    this.handlers!.onSubscribed();
  }

  loseSubscription(): void {
    this.handlers!.onDisconnected();
  }

  /** A beat comes back, as when Redis is well. */
  deliverBeat(): void {
    this.handlers!.onMessage('beat', this.channels[1]!);
  }

  /** Publications of changes, beats left out. */
  get publishedChangeCount(): number {
    return this.published.filter((channel) => channel === this.channels[0]).length;
  }
}
