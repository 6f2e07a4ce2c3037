import { Logger } from '@nestjs/common';
import { randomHex, within } from '#kernel';
import type { RedisConnection, RedisSubscription, SubscriptionHandlers } from '#redis';
import { ChangeBus, noBusCounts, type BusListener, type Change } from './change-bus.js';
import { decodeChanges, encodeChanges } from './change-message.js';
import { Heartbeat } from './heartbeat.js';
import { SeldomWarning } from './seldom-warning.js';

const publishWithinMs = 100;
const subscribeWithinMs = 2_000;
/** What waits for the bus to be proven; beyond it the oldest are given up. */
const unsentAtMost = 10_000;

/** What the bus needs of Redis. */
export interface PubSub extends Pick<RedisConnection, 'connect' | 'publish'> {
  subscribe(
    channels: readonly string[],
    handlers: SubscriptionHandlers,
  ): Pick<RedisSubscription, 'renew' | 'close'>;
}

/**
 * Redis pub/sub on one channel, proven by a heartbeat on another one beside it. What could not be published is published
 * once a beat has proven it again, so that a replica whose own link stood all the time hears of it too; a repeat does no harm.
 */
export class RedisBus extends ChangeBus {
  override readonly counters = noBusCounts();
  private readonly member = randomHex(8);
  private readonly beatChannel: string;
  private readonly warning = new SeldomWarning(new Logger(RedisBus.name));
  private readonly listeners: BusListener[] = [];
  private readonly firstProof = Promise.withResolvers<void>();
  private readonly heartbeat = new Heartbeat({
    send: () => this.redis.publish(this.beatChannel, 'beat'),
    proven: () => this.tellProven(),
    doubted: () => this.tellDoubted(),
    silent: () => this.subscription?.renew(),
  });
  private subscription: ReturnType<PubSub['subscribe']> | null = null;
  private unsent: Change[] = [];
  /** A publication failed since the last beat: the next ones do not wait for their own failure. */
  private isStuck = false;
  private isClosed = false;

  /** The channel of the beats is in the same slot of a cluster, so that it shares the link and the fate of `channel`. */
  constructor(
    private readonly redis: PubSub,
    private readonly channel = 'attune:changes',
  ) {
    super();
    this.beatChannel = `{${channel}}:beat:${this.member}`;
  }

  override get state(): 'proven' | 'doubted' {
    return this.heartbeat.state;
  }

  override async publish(changes: readonly Change[]): Promise<void> {
    if (this.isClosed || changes.length === 0) return;
    this.begin();
    if (this.state === 'doubted' || this.isStuck) this.postpone(changes);
    else await this.send(changes);
  }

  override async subscribe(listener: BusListener): Promise<void> {
    if (this.isClosed) return;
    this.listeners.push(listener);
    this.begin();
    if (this.state === 'proven') listener.proven();
    await within(subscribeWithinMs, this.firstProof.promise).catch(() =>
      this.warning.warn('Redis is not heard yet; until it is, changes of others are found in the database.'),
    );
  }

  override async close(): Promise<void> {
    this.isClosed = true;
    this.heartbeat.stop();
    this.firstProof.resolve();
    await this.subscription?.close();
  }

  /** A member that only publishes listens too: the heartbeat says whether publishing is of any use. */
  private begin(): void {
    if (this.subscription !== null) return;
    void this.redis.connect();
    this.subscription = this.redis.subscribe([this.channel, this.beatChannel], {
      onMessage: (text, channel) => (channel === this.channel ? this.receive(text) : this.hearBeat()),
      onReady: () => this.heartbeat.confirmed(),
      onLost: () => this.heartbeat.lost(),
    });
    this.heartbeat.start();
  }

  private hearBeat(): void {
    this.isStuck = false;
    this.heartbeat.heard();
    if (this.state === 'proven') this.sendUnsent();
  }

  private sendUnsent(): void {
    const batch = this.unsent;
    this.unsent = [];
    if (batch.length > 0) void this.send(batch);
  }

  private async send(changes: readonly Change[]): Promise<void> {
    const messages = encodeChanges(this.member, changes);
    try {
      const sent = Promise.all(messages.map((message) => this.redis.publish(this.channel, message)));
      await within(publishWithinMs, sent);
      this.counters.published += changes.length;
    } catch (error) {
      this.isStuck = true;
      this.counters.failed += 1;
      this.postpone(changes);
      this.warning.warn(
        `Changes could not be published (${String(error)}); other replicas hear of them later.`,
      );
    }
  }

  private postpone(changes: readonly Change[]): void {
    const all = [...this.unsent, ...changes];
    this.unsent = all.slice(-unsentAtMost);
    this.counters.postponed += changes.length;
    this.counters.dropped += all.length - this.unsent.length;
  }

  private tellProven(): void {
    this.listeners.forEach((listener) => listener.proven());
    this.firstProof.resolve();
  }

  private tellDoubted(): void {
    this.counters.doubts += 1;
    this.listeners.forEach((listener) => listener.doubted());
  }

  private receive(text: string): void {
    const message = decodeChanges(text);
    if (message === null) {
      this.counters.malformed += 1;
      this.warning.warn(`A message on ${this.channel} is not understood and was ignored.`);
    } else if (message.from !== this.member) {
      this.counters.received += message.changes.length;
      this.listeners.forEach((listener) => listener.heard(message.changes));
    }
  }
}
