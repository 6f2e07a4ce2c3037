import { Logger } from '@nestjs/common';
import { randomHex, withTimeout } from '#kernel';
import type { RedisConnection, RedisSubscription, SubscriptionHandlers } from '#redis';
import { ChangeBus, createBusCounters, type BusListener, type Change } from './change-bus.js';
import { decodeChanges, encodeChanges } from './change-message.js';
import { Heartbeat } from './heartbeat.js';
import { ThrottledWarning } from './throttled-warning.js';

const publishTimeoutMs = 100;
const subscribeTimeoutMs = 2_000;
/** What waits for the bus to be proven; beyond it the oldest are given up. */
const maxUnsentChanges = 10_000;

/** What the bus needs of Redis. */
export interface PubSub extends Pick<RedisConnection, 'connect' | 'publish'> {
  subscribe(
    channels: readonly string[],
    handlers: SubscriptionHandlers,
  ): Pick<RedisSubscription, 'reconnect' | 'close'>;
}

/**
 * Redis pub/sub on one channel, proven by a heartbeat on another one beside it. What could not be published is published
 * once a beat has proven it again, so that a replica whose own link stood all the time hears of it too; a repeat does no harm.
 */
export class RedisBus extends ChangeBus {
  override readonly counters = createBusCounters();
  private readonly memberId = randomHex(8);
  private readonly beatChannel: string;
  private readonly warning = new ThrottledWarning(new Logger(RedisBus.name));
  private readonly listeners: BusListener[] = [];
  private readonly firstConnection = Promise.withResolvers<void>();
  private readonly heartbeat = new Heartbeat({
    publishBeat: () => this.redis.publish(this.beatChannel, 'beat'),
    onConnected: () => this.notifyConnected(),
    onDisconnected: () => this.notifyDisconnected(),
    onSilence: () => this.subscription?.reconnect(),
  });
  private subscription: ReturnType<PubSub['subscribe']> | null = null;
  private unsent: Change[] = [];
  /** A publication failed since the last beat: the next ones do not wait for their own failure. */
  private isPublishFailing = false;
  private isClosed = false;

  /** The channel of the beats is in the same slot of a cluster, so that it shares the link and the fate of `channel`. */
  constructor(
    private readonly redis: PubSub,
    private readonly channel = 'attune:changes',
  ) {
    super();
    this.beatChannel = `{${channel}}:beat:${this.memberId}`;
  }

  override get state(): 'proven' | 'doubted' {
    return this.heartbeat.state;
  }

  override async publish(changes: readonly Change[]): Promise<void> {
    if (this.isClosed || changes.length === 0) return;
    this.start();
    if (this.state === 'doubted' || this.isPublishFailing) this.postpone(changes);
    else await this.publishNow(changes);
  }

  override async subscribe(listener: BusListener): Promise<void> {
    if (this.isClosed) return;
    this.listeners.push(listener);
    this.start();
    if (this.state === 'proven') listener.onConnected();
    await withTimeout(subscribeTimeoutMs, this.firstConnection.promise).catch(() =>
      this.warning.warn('Redis is not heard yet; until it is, changes of others are found in the database.'),
    );
  }

  override async close(): Promise<void> {
    this.isClosed = true;
    this.heartbeat.stop();
    this.firstConnection.resolve();
    await this.subscription?.close();
  }

  /** A member that only publishes listens too: the heartbeat says whether publishing is of any use. */
  private start(): void {
    if (this.subscription !== null) return;
    void this.redis.connect();
    this.subscription = this.redis.subscribe([this.channel, this.beatChannel], {
      onMessage: (text, channel) => (channel === this.channel ? this.onMessage(text) : this.onBeat()),
      onSubscribed: () => this.heartbeat.onSubscribed(),
      onDisconnected: () => this.heartbeat.onSubscriptionLost(),
    });
    this.heartbeat.start();
  }

  private onBeat(): void {
    this.isPublishFailing = false;
    this.heartbeat.onBeat();
    if (this.state === 'proven') this.publishUnsent();
  }

  private publishUnsent(): void {
    const batch = this.unsent;
    this.unsent = [];
    if (batch.length > 0) void this.publishNow(batch);
  }

  private async publishNow(changes: readonly Change[]): Promise<void> {
    const messages = encodeChanges(this.memberId, changes);
    try {
      const sent = Promise.all(messages.map((message) => this.redis.publish(this.channel, message)));
      await withTimeout(publishTimeoutMs, sent);
      this.counters.published += changes.length;
    } catch (error) {
      this.isPublishFailing = true;
      this.counters.failed += 1;
      this.postpone(changes);
      this.warning.warn(
        `Changes could not be published (${String(error)}); other replicas hear of them later.`,
      );
    }
  }

  private postpone(changes: readonly Change[]): void {
    const all = [...this.unsent, ...changes];
    this.unsent = all.slice(-maxUnsentChanges);
    this.counters.postponed += changes.length;
    this.counters.dropped += all.length - this.unsent.length;
  }

  private notifyConnected(): void {
    this.listeners.forEach((listener) => listener.onConnected());
    this.firstConnection.resolve();
  }

  private notifyDisconnected(): void {
    this.counters.doubts += 1;
    this.listeners.forEach((listener) => listener.onDisconnected());
  }

  private onMessage(text: string): void {
    const message = decodeChanges(text);
    if (message === null) {
      this.counters.malformed += 1;
      this.warning.warn(`A message on ${this.channel} is not understood and was ignored.`);
    } else if (message.from !== this.memberId) {
      this.counters.received += message.changes.length;
      this.listeners.forEach((listener) => listener.onChanges(message.changes));
    }
  }
}
