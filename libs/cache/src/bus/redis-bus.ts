import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { randomHex } from '#kernel';
import type { RedisConnection, RedisSubscription } from '#redis';
import { type BusListener, ChangeBus, type Change } from './change-bus.js';
import { decodeChanges, encodeChanges } from './change-message.js';
import { SeldomWarning } from './seldom-warning.js';

const publishWithinMs = 100;
const subscribeWithinMs = 2_000;
/** What waits for the link to come back; beyond it the oldest are given up. */
const unsentAtMost = 10_000;

/**
 * Redis pub/sub on one channel. What a failed link kept from being published is published as soon as the link is back,
 * so that a replica whose own link stood all the time hears of it too; a repeat does no harm.
 */
export class RedisBus extends ChangeBus {
  /** For metrics: changes handed over, publications that failed, changes heard from others, messages not understood, links lost. */
  readonly counters = { published: 0, failed: 0, received: 0, malformed: 0, lost: 0 };
  private readonly member = randomHex(8);
  private readonly warning = new SeldomWarning(new Logger(RedisBus.name));
  private readonly subscriptions: RedisSubscription[] = [];
  private unsent: Change[] = [];
  private closed = false;

  constructor(
    private readonly redis: RedisConnection,
    private readonly channel = 'attune:changes',
  ) {
    super();
    redis.onReady(() => void this.publish([]));
  }

  override async publish(changes: readonly Change[]): Promise<void> {
    const batch = [...this.unsent, ...changes];
    if (this.closed || batch.length === 0) return;
    this.unsent = [];
    try {
      await within(publishWithinMs, this.send(batch));
      this.counters.published += batch.length;
    } catch (error) {
      this.unsent = [...batch, ...this.unsent].slice(-unsentAtMost);
      this.counters.failed += 1;
      this.warning.warn(
        `Changes could not be published (${String(error)}); other replicas hear of them later.`,
      );
    }
  }

  override async subscribe(listener: BusListener): Promise<void> {
    void this.redis.connect();
    const confirmed = Promise.withResolvers<void>();
    const subscription = this.redis.subscribe(this.channel, {
      onMessage: (text) => this.receive(text, listener),
      onReady: () => {
        listener.proven();
        confirmed.resolve();
      },
      onLost: () => {
        this.counters.lost += 1;
        listener.doubted();
      },
    });
    this.subscriptions.push(subscription);
    await within(subscribeWithinMs, confirmed.promise).catch(() =>
      this.warning.warn(
        'Redis has not confirmed the subscription yet; until it does, changes of others are not heard.',
      ),
    );
  }

  override async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }

  private async send(changes: readonly Change[]): Promise<void> {
    const messages = encodeChanges(this.member, changes);
    await Promise.all(messages.map((message) => this.redis.publish(this.channel, message)));
  }

  private receive(text: string, listener: BusListener): void {
    const message = decodeChanges(text);
    if (message === null) {
      this.counters.malformed += 1;
      this.warning.warn(`A message on ${this.channel} is not understood and was ignored.`);
    } else if (message.from !== this.member) {
      this.counters.received += message.changes.length;
      listener.heard(message.changes);
    }
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = delay(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${limitMs} ms`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
