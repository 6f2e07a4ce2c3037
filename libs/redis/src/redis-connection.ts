import type { OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { closeLink, openLink } from './redis-link.js';
import { RedisSubscription, type SubscriptionHandlers } from './redis-subscription.js';
import { redisAddress, type RedisAddress } from './redis-url.js';

/**
 * Redis as the rest of Attune knows it: one link for commands, one for each subscription, made on first use and again
 * after every loss, tried at least once a second. Nothing is queued while a link is down, and no call takes much more
 * than 2 s.
 */
export class RedisConnection implements OnApplicationShutdown {
  private readonly address: RedisAddress;
  private readonly commands: Redis;
  private readonly subscriptions: RedisSubscription[] = [];
  private firstAttempt: Promise<void> | null = null;

  /**
   * `url`: `redis://user:password@host:port/db`, or `rediss://` for TLS. Does not connect yet.
   *
   * @throws Error when the URL is of another kind; its message says what to write and never shows the password.
   */
  constructor(url: string) {
    this.address = redisAddress(url);
    this.commands = openLink(this.address, 'commands');
  }

  /** Begins to connect, if nothing has yet. Resolves when the first attempt has ended, whether well or not. */
  connect(): Promise<void> {
    this.firstAttempt ??= this.commands.connect().catch(() => undefined);
    return this.firstAttempt;
  }

  /** `listener` is called each time the link for commands is ready: at first, and after each loss. */
  onReady(listener: () => void): void {
    this.commands.on('ready', listener);
  }

  /** Rejects when the link is down or Redis is silent for 2 s; the message may have been sent even so. */
  async publish(channel: string, message: string): Promise<void> {
    await this.connect();
    await this.commands.publish(channel, message);
  }

  /** For health checks: resolves when Redis answers, else rejects. */
  async ping(): Promise<void> {
    await this.connect();
    await this.commands.ping();
  }

  /** Subscribes in the background until it succeeds, and again after every loss, on a link of its own. */
  subscribe(channel: string, handlers: SubscriptionHandlers): RedisSubscription {
    const subscription = new RedisSubscription(openLink(this.address, 'subscription'), channel, handlers);
    this.subscriptions.push(subscription);
    return subscription;
  }

  /** Closes every link for good; later calls reject. */
  async close(): Promise<void> {
    this.firstAttempt ??= Promise.resolve();
    const closing = this.subscriptions.map((subscription) => subscription.close());
    await Promise.all([closeLink(this.commands), ...closing]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
