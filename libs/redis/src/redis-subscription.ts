import type { Redis } from 'ioredis';
import { OutageLog } from './outage-log.js';
import { closeClient, retryDelayMs } from './redis-client.js';
import type { SubscriptionTarget } from './subscription-target.js';

export interface SubscriptionHandlers {
  /** One message of one of the channels. Must not throw. */
  onMessage(message: string, channel: string): void;
  /**
   * Redis confirmed the subscription: what is published from now on arrives. Called after the first confirmation and
   * again after every lost link; whatever was published in between is gone.
   */
  onSubscribed(): void;
  /** The link of a confirmed subscription is lost. It is made again in the background. */
  onDisconnected(): void;
}

/** Some channels on a link of their own, which is made anew after every loss. Made by `RedisConnection.subscribe`. */
export class RedisSubscription {
  private readonly outageLog = new OutageLog('Redis subscription');
  private state: 'pending' | 'confirmed' | 'closed' = 'pending';
  private failures = 0;
  private reconnectTimer: NodeJS.Timeout | undefined;
  private client: Redis;

  constructor(
    private readonly target: SubscriptionTarget,
    private readonly channels: readonly string[],
    private readonly handlers: SubscriptionHandlers,
  ) {
    this.client = this.openClient();
  }

  /** For a link that seems dead though nobody said so: gives it up and makes another at once, unless that is being done. */
  reconnect(): void {
    if (this.state === 'confirmed') this.dropClient(this.client, 'it is silent');
  }

  /** No handler is called any more. Resolves when the link is closed. */
  close(): Promise<void> {
    this.state = 'closed';
    clearTimeout(this.reconnectTimer);
    return closeClient(this.client);
  }

  private openClient(): Redis {
    const client = this.target.createClient();
    client.on('message', (channel, message) => this.deliver(client, channel, message));
    client.on('smessage', (channel, message) => this.deliver(client, channel, message));
    // The slot of the channels went to another server of the cluster.
    client.on('moved', () => client === this.client && this.reconnect());
    client.on('error', (error) => this.outageLog.recordFailure(error));
    client.once('ready', () => this.subscribe(client));
    client.once('end', () => this.dropClient(client, 'it was closed'));
    client.connect().catch(() => undefined);
    return client;
  }

  private deliver(client: Redis, channel: string, message: string): void {
    if (client === this.client && this.state !== 'closed') this.handlers.onMessage(message, channel);
  }

  private subscribe(client: Redis): void {
    this.target.subscribe(client, this.channels).then(
      () => {
        if (client !== this.client || this.state === 'closed') return;
        this.state = 'confirmed';
        this.failures = 0;
        this.outageLog.recordRecovery();
        this.handlers.onSubscribed();
      },
      (error: unknown) => this.dropClient(client, error),
    );
  }

  /** Each link is lost once: from then on another one is `this.link`, or it is awaited. */
  private dropClient(client: Redis, reason: unknown): void {
    if (client !== this.client || this.state === 'closed' || this.reconnectTimer !== undefined) return;
    const wasConfirmed = this.state === 'confirmed';
    this.state = 'pending';
    client.disconnect();
    this.reconnectAfter(this.nextDelayMs(reason));
    if (wasConfirmed) this.handlers.onDisconnected();
  }

  private nextDelayMs(reason: unknown): number {
    if (this.target.followRedirect(reason)) return 0;
    this.outageLog.recordFailure(reason);
    return retryDelayMs((this.failures += 1));
  }

  private reconnectAfter(delayMs: number): void {
    this.reconnectTimer = setTimeout(() => {
      this.reconnectTimer = undefined;
      this.client = this.openClient();
    }, delayMs).unref();
  }
}
