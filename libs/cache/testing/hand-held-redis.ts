import type { SubscriptionHandlers } from '#redis';
import type { PubSub } from '../src/bus/redis-bus.js';

/** Redis as a bus sees it, which answers and delivers only when told to. */
export class HandHeldRedis implements PubSub {
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
    return { renew: () => void (this.renewals += 1), close: async () => undefined };
  }

  confirm(): void {
    this.handlers!.onReady();
  }

  lose(): void {
    this.handlers!.onLost();
  }

  /** A beat comes back, as when Redis is well. */
  beat(): void {
    this.handlers!.onMessage('beat', this.channels[1]!);
  }

  /** Publications of changes, beats left out. */
  get changesPublished(): number {
    return this.published.filter((channel) => channel === this.channels[0]).length;
  }
}
