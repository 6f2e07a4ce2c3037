import type { Redis } from 'ioredis';
import { closeClient, createLinkOutageLog, retryDelayMs } from './redis-client.js';
import type { SubscriptionTarget } from './subscription-target.js';

/** What a subscription calls. */
export interface SubscriptionHandlers {
  /** Called for each message on one of the channels. Must not throw. */
  onMessage(message: string, channel: string): void;
  /**
   * Called when Redis has confirmed the subscription: messages published from now on arrive. Called again after each lost
   * link; messages published in between are lost.
   */
  onSubscribed(): void;
  /** Called when the link of a confirmed subscription is lost. The link is opened again in the background. */
  onDisconnected(): void;
}

/** A subscription to some channels, on a link of its own that is opened again after every loss. */
export class RedisSubscription {
  private readonly outageLog = createLinkOutageLog('Redis subscription');
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

  /** Replaces a link that seems dead although no error was reported. Does nothing while another link is being opened. */
  reconnect(): void {
    if (this.state === 'confirmed') this.dropClient(this.client, 'it is silent');
  }

  /** Closes the link for good. No handler is called after this call. Resolves when the link is closed. */
  close(): Promise<void> {
    this.state = 'closed';
    clearTimeout(this.reconnectTimer);
    return closeClient(this.client);
  }

  private openClient(): Redis {
    const client = this.target.createClient();
    client.on('message', (channel, message) => this.deliver(client, channel, message));
    client.on('smessage', (channel, message) => this.deliver(client, channel, message));
    // The slot of the channels moved to another server of the cluster.
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

  /** Handles the loss of a link once. After that, `this.client` is another one or a timer will open it. */
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
