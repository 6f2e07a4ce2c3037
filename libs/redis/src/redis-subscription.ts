import type { Redis } from 'ioredis';
import { OutageLog } from './outage-log.js';
import { closeLink, retryDelayMs } from './redis-link.js';
import type { SubscriberRoute } from './subscriber-route.js';

export interface SubscriptionHandlers {
  /** One message of one of the channels. Must not throw. */
  onMessage(message: string, channel: string): void;
  /**
   * Redis confirmed the subscription: what is published from now on arrives. Called after the first confirmation and
   * again after every lost link; whatever was published in between is gone.
   */
  onReady(): void;
  /** The link of a confirmed subscription is lost. It is made again in the background. */
  onLost(): void;
}

/** Some channels on a link of their own, which is made anew after every loss. Made by `RedisConnection.subscribe`. */
export class RedisSubscription {
  private readonly outage = new OutageLog('Redis subscription');
  private state: 'pending' | 'confirmed' | 'closed' = 'pending';
  private failures = 0;
  private retry: NodeJS.Timeout | undefined;
  private link: Redis;

  constructor(
    private readonly route: SubscriberRoute,
    private readonly channels: readonly string[],
    private readonly handlers: SubscriptionHandlers,
  ) {
    this.link = this.begin();
  }

  /** For a link that seems dead though nobody said so: gives it up and makes another at once, unless that is being done. */
  renew(): void {
    if (this.state === 'confirmed') this.lose(this.link, 'it is silent');
  }

  /** No handler is called any more. Resolves when the link is closed. */
  close(): Promise<void> {
    this.state = 'closed';
    clearTimeout(this.retry);
    return closeLink(this.link);
  }

  private begin(): Redis {
    const link = this.route.open();
    link.on('message', (channel, message) => this.hear(link, channel, message));
    link.on('smessage', (channel, message) => this.hear(link, channel, message));
    // The slot of the channels went to another server of the cluster.
    link.on('moved', () => link === this.link && this.renew());
    link.on('error', (error) => this.outage.failed(error));
    link.once('ready', () => this.confirm(link));
    link.once('end', () => this.lose(link, 'it was closed'));
    link.connect().catch(() => undefined);
    return link;
  }

  private hear(link: Redis, channel: string, message: string): void {
    if (link === this.link && this.state !== 'closed') this.handlers.onMessage(message, channel);
  }

  private confirm(link: Redis): void {
    this.route.confirm(link, this.channels).then(
      () => {
        if (link !== this.link || this.state === 'closed') return;
        this.state = 'confirmed';
        this.failures = 0;
        this.outage.ended();
        this.handlers.onReady();
      },
      (error: unknown) => this.lose(link, error),
    );
  }

  /** Each link is lost once: from then on another one is `this.link`, or it is awaited. */
  private lose(link: Redis, reason: unknown): void {
    if (link !== this.link || this.state === 'closed' || this.retry !== undefined) return;
    const wasConfirmed = this.state === 'confirmed';
    this.state = 'pending';
    link.disconnect();
    this.beginAfter(this.delayMs(reason));
    if (wasConfirmed) this.handlers.onLost();
  }

  private delayMs(reason: unknown): number {
    if (this.route.isSentElsewhere(reason)) return 0;
    this.outage.failed(reason);
    return retryDelayMs((this.failures += 1));
  }

  private beginAfter(delayMs: number): void {
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.link = this.begin();
    }, delayMs).unref();
  }
}
