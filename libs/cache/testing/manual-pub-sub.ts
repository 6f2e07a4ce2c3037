import type { SubscriptionHandlers } from '#redis';
import type { PubSub } from '../src/bus/redis-bus.js';

/** Redis as the bus sees it; it answers and delivers only when the test says so. */
export class ManualPubSub implements PubSub {
  /** Channels of all publish calls, answered or not. */
  readonly published: string[] = [];
  /** `frozen`: publish calls never settle; `down`: they reject at once. */
  condition: 'up' | 'frozen' | 'down' = 'up';
  reconnects = 0;
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
    return { reconnect: () => void (this.reconnects += 1), close: async () => undefined };
  }

  confirmSubscription(): void {
    this.handlers!.onSubscribed();
  }

  loseSubscription(): void {
    this.handlers!.onDisconnected();
  }

  /** A heartbeat comes back. */
  deliverBeat(): void {
    this.handlers!.onMessage('beat', this.channels[1]!);
  }

  /** Publish calls with changes, not heartbeats. */
  get publishedChangeCount(): number {
    return this.published.filter((channel) => channel === this.channels[0]).length;
  }
}
