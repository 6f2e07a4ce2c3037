import type { OnApplicationShutdown } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { parseRedisUrl, type RedisAddress } from '#kernel';
import { closeClient, connectClient, createCommandClient } from './redis-client.js';
import { sendBatch } from './send-batch.js';
import type { RedisScript, ScriptCall } from './redis-script.js';
import { RedisSubscription, type SubscriptionHandlers } from './redis-subscription.js';
import { SubscriptionTarget } from './subscription-target.js';

/**
 * Redis as the rest of Attune knows it: a link for commands, and one for each subscription, made on first use and again
 * after every loss, tried at least once a second. Nothing is queued while a link is down, nothing is sent a second time,
 * and no call takes much more than 1 s; a link that leaves a command unanswered for so long is cut and made anew. A cluster and a master that sentinels watch look like one server.
 */
export class RedisConnection implements OnApplicationShutdown {
  private readonly address: RedisAddress;
  private readonly commandClient: Redis | Cluster;
  private readonly subscriptions: RedisSubscription[] = [];
  private firstConnectAttempt: Promise<void> | null = null;

  /**
   * `url`: see `parseRedisUrl`. Does not connect yet.
   *
   * @throws Error when the URL is of another form; its message says what to write and never shows the password.
   */
  constructor(url: string) {
    this.address = parseRedisUrlVariable(url);
    this.commandClient = createCommandClient(this.address);
  }

  /** Begins to connect, if nothing has yet. Resolves when the first attempt has ended, whether well or not. */
  connect(): Promise<void> {
    this.firstConnectAttempt ??= connectClient(this.commandClient);
    return this.firstConnectAttempt;
  }

  /**
   * In a cluster by way of the server that owns the channel's slot. Rejects when the link is down or Redis is silent for
   * 1 s; the message may have been sent even so.
   */
  async publish(channel: string, message: string): Promise<void> {
    await this.connect();
    if (this.commandClient instanceof Cluster) await this.commandClient.spublish(channel, message);
    else await this.commandClient.publish(channel, message);
  }

  /** For health checks: resolves when Redis answers, else rejects. */
  async ping(): Promise<void> {
    await this.connect();
    await this.commandClient.ping();
  }

  /**
   * The strings under these keys, each cut after `maxBytes`; null where there is none or an empty one, and an Error where
   * something else is or that part could not be asked. All are asked at once: the caller bounds their number.
   */
  async readAll(keys: readonly string[], maxBytes: number): Promise<(string | null | Error)[]> {
    await this.connect();
    const replies = await sendBatch(
      this.commandClient,
      keys.map((key) => ['getrange', key, 0, maxBytes - 1]),
    );
    return replies.map((reply) => (reply === '' ? null : (reply as string | Error)));
  }

  /** Runs the script once for each call, all at once; what it gave, or the Error, in the order of the calls. */
  async runAll(script: RedisScript, calls: readonly ScriptCall[]): Promise<unknown[]> {
    await this.connect();
    const send = (command: 'evalsha' | 'eval', text: string, batch: readonly ScriptCall[]) =>
      sendBatch(
        this.commandClient,
        batch.map(({ key, args }) => [command, text, 1, key, ...args]),
      );
    const replies = await send('evalsha', script.digest, calls);
    const uncachedCalls = calls.filter((_, index) => isUnknownScript(replies[index]));
    const retriedReplies = (await send('eval', script.lua, uncachedCalls)).values();
    return replies.map((reply) => (isUnknownScript(reply) ? retriedReplies.next().value : reply));
  }

  /** Subscribes in the background until it succeeds, and again after every loss. In a cluster all channels share a slot. */
  subscribe(channels: readonly string[], handlers: SubscriptionHandlers): RedisSubscription {
    const subscription = new RedisSubscription(
      SubscriptionTarget.forAddress(this.address),
      channels,
      handlers,
    );
    this.subscriptions.push(subscription);
    return subscription;
  }

  /** Closes every link for good; later calls reject. */
  async close(): Promise<void> {
    this.firstConnectAttempt ??= Promise.resolve();
    const closing = this.subscriptions.map((subscription) => subscription.close());
    await Promise.all([closeClient(this.commandClient), ...closing]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

function parseRedisUrlVariable(url: string): RedisAddress {
  try {
    return parseRedisUrl(url);
  } catch (error) {
    throw new Error(`REDIS_URL ${(error as Error).message}.`, { cause: error });
  }
}

function isUnknownScript(reply: unknown): boolean {
  return reply instanceof Error && reply.message.startsWith('NOSCRIPT');
}
