import { Logger } from '@nestjs/common';
import { randomHex, withTimeout } from '#kernel';
import type { RedisConnection, RedisSubscription, SubscriptionHandlers } from '#redis';
import { OutageLog } from '#telemetry';
import { ChangeBus, createBusCounters, type BusListener, type Change } from './change-bus.js';
import { decodeChanges, encodeChanges } from './change-message.js';
import { Heartbeat } from './heartbeat.js';

const publishTimeoutMs = 100;
const subscribeTimeoutMs = 2_000;
/** Changes postponed until the bus is connected; beyond this the oldest are dropped. */
const maxUnsentChanges = 10_000;

/** What the bus needs from Redis. */
export interface PubSub extends Pick<RedisConnection, 'connect' | 'publish'> {
  subscribe(
    channels: readonly string[],
    handlers: SubscriptionHandlers,
  ): Pick<RedisSubscription, 'reconnect' | 'close'>;
}

/**
 * Redis pub/sub on one channel, checked by a heartbeat on a second one. Changes that could not be published are published
 * after the next beat that comes back, so that replicas whose own link never failed receive them too; repeats do no harm.
 */
export class RedisBus extends ChangeBus {
  override readonly counters = createBusCounters();
  private readonly memberId = randomHex(8);
  private readonly beatChannel: string;
  private readonly outageLog = new OutageLog(new Logger(RedisBus.name), { repeatEveryMs: 10_000 });
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
  /** A publish call has failed since the last beat: further changes are postponed without waiting for another time-out. */
  private isPublishFailing = false;
  private isClosed = false;

  /** The beat channel has the same hash tag, so in a cluster it is served by the same node as `channel`. */
  constructor(
    private readonly redis: PubSub,
    private readonly channel = 'attune:changes',
  ) {
    super();
    this.beatChannel = `{${channel}}:beat:${this.memberId}`;
  }

  override get state(): 'connected' | 'degraded' {
    return this.heartbeat.state;
  }

  override async publish(changes: readonly Change[]): Promise<void> {
    if (this.isClosed || changes.length === 0) return;
    this.start();
    if (this.state === 'degraded' || this.isPublishFailing) this.postpone(changes);
    else await this.publishNow(changes);
  }

  override async subscribe(listener: BusListener): Promise<void> {
    if (this.isClosed) return;
    this.listeners.push(listener);
    this.start();
    if (this.state === 'connected') listener.onConnected();
    await withTimeout(subscribeTimeoutMs, this.firstConnection.promise).catch(() =>
      this.outageLog.recordFailure(
        'Redis does not answer yet; until it does, changes of other replicas are read from the database.',
      ),
    );
  }

  override async close(): Promise<void> {
    this.isClosed = true;
    this.heartbeat.stop();
    this.firstConnection.resolve();
    await this.subscription?.close();
  }

  /** A member that only publishes subscribes too: the heartbeat shows whether publishing works. */
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
    if (this.state === 'connected') this.publishUnsent();
  }

  private publishUnsent(): void {
    const batch = this.unsent;
    this.unsent = [];
    if (batch.length > 0) void this.publishNow(batch);
  }

  private async publishNow(changes: readonly Change[]): Promise<void> {
    const messages = encodeChanges({ from: this.memberId, at: Date.now(), changes });
    try {
      const sent = Promise.all(messages.map((message) => this.redis.publish(this.channel, message)));
      await withTimeout(publishTimeoutMs, sent);
      this.counters.published += changes.length;
    } catch (error) {
      this.isPublishFailing = true;
      this.counters.failed += 1;
      this.postpone(changes);
      this.outageLog.recordFailure(
        `Changes could not be published (${String(error)}); other replicas receive them later.`,
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
      this.outageLog.recordFailure(`A message on ${this.channel} could not be parsed and was ignored.`);
    } else if (message.from !== this.memberId) {
      const { at, changes } = message;
      const ageMs = at === null ? undefined : Math.max(0, Date.now() - at);
      this.counters.received += changes.length;
      this.listeners.forEach((listener) => listener.onChanges(changes, ageMs));
    }
  }
}
