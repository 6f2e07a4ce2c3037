import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { parseRedisUrl, type RedisAddress } from './redis-address.js';
import { type SpanDescription, attributeNames, inSpan } from '#telemetry';
import type { RedisMetrics, RedisOperation } from './redis-metrics.js';
import { closeClient, connectClient, createCommandClient } from './redis-client.js';
import { RedisSubscription, type SubscriptionHandlers } from './redis-subscription.js';
import { SubscriptionTarget } from './subscription-target.js';

/** A Lua script, which Redis keeps under its digest. It may use one key only, `KEYS[1]`, so that a cluster can run it. */
export class RedisScript {
  readonly digest: string;

  constructor(readonly lua: string) {
    this.digest = createHash('sha1').update(lua).digest('hex');
  }
}

/** Until a link that ioredis has ended is opened again. */
const reopenDelayMs = 100;

/** The key and the arguments (`ARGV`) of one run of a script. */
export interface ScriptCall {
  readonly key: string;
  readonly args: readonly (string | number)[];
}

/**
 * The connection to Redis: one link for commands, and one for each subscription. A link is opened on first use and again
 * after every loss, with an attempt at least every 500 ms. While a link is down its calls reject; nothing is queued or sent
 * twice. No call takes much more than 1 s: a link that leaves a command unanswered for that long is cut and opened again.
 * A cluster, and a master that sentinels watch, look like one server.
 *
 * ```ts
 * const redis = new RedisConnection('redis://localhost:6379');
 * await redis.publish('attune:changes', 'hello');
 * await redis.close();
 * ```
 */
export class RedisConnection implements OnApplicationShutdown {
  private readonly address: RedisAddress;
  private readonly commandClient: Redis | Cluster;
  private readonly subscriptions: RedisSubscription[] = [];
  private firstConnectAttempt: Promise<void> | null = null;
  private isClosed = false;

  /**
   * Does not connect yet. With `metrics` its operations are counted. The forms of `url` are those of `parseRedisUrl`.
   *
   * @throws Error when the URL has another form. The message says what to write and never contains the password.
   */
  constructor(
    url: string,
    private readonly metrics: RedisMetrics | null = null,
  ) {
    this.address = parseRedisUrlVariable(url);
    this.commandClient = createCommandClient(this.address);
    this.commandClient.on('end', () => void this.reopenCommandLink());
  }

  /** Starts to connect, if that has not happened yet. Resolves when the first attempt has succeeded or failed. Never rejects. */
  connect(): Promise<void> {
    this.firstConnectAttempt ??= connectClient(this.commandClient);
    return this.firstConnectAttempt;
  }

  /**
   * Publishes a message; in a cluster, on the server that owns the channel's slot.
   *
   * @throws Error when the link is down or Redis does not answer for 1 s. The message may have been sent all the same.
   */
  async publish(channel: string, message: string): Promise<void> {
    const { commandClient: client } = this;
    await this.measure('publish', () =>
      client instanceof Cluster ? client.spublish(channel, message) : client.publish(channel, message),
    );
  }

  /** For health checks. @throws Error when Redis does not answer for 1 s. */
  async ping(): Promise<void> {
    await this.measure('ping', () => this.commandClient.ping());
  }

  /**
   * Reads the strings under these keys, in their order, each cut after `maxBytes`. A missing or empty string is null. A key
   * that holds another type or could not be read is an Error. All keys are sent at once, so the caller limits their number.
   * Never rejects.
   */
  async readAll(keys: readonly string[], maxBytes: number): Promise<(string | null | Error)[]> {
    const commands = keys.map((key) => ['getrange', key, 0, maxBytes - 1] as const);
    const replies = await this.measure('read', () => sendBatch(this.commandClient, commands));
    return replies.map((reply) => (reply === '' ? null : (reply as string | Error)));
  }

  /** Runs the script once for each call, all at once. Returns the replies or Errors in the order of the calls. Never rejects. */
  runAll(script: RedisScript, calls: readonly ScriptCall[]): Promise<unknown[]> {
    return this.measure('script', () => this.sendScripts(script, calls));
  }

  private async sendScripts(script: RedisScript, calls: readonly ScriptCall[]): Promise<unknown[]> {
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

  /** Subscribes in the background, and again after every loss. In a cluster, all channels must be in one slot. */
  subscribe(channels: readonly string[], handlers: SubscriptionHandlers): RedisSubscription {
    const subscription = new RedisSubscription(
      SubscriptionTarget.forAddress(this.address),
      channels,
      handlers,
    );
    this.subscriptions.push(subscription);
    return subscription;
  }

  /** Closes every link for good. Later calls reject. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.firstConnectAttempt ??= Promise.resolve();
    const closing = this.subscriptions.map((subscription) => subscription.close());
    await Promise.all([closeClient(this.commandClient), ...closing]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /**
   * ioredis (6.0.0) ends a link for good if a sentinel announces the new master while the link is being opened: its `failoverDetector`
   * cancels that attempt, and does not count it as one that failed.
   */
  private async reopenCommandLink(): Promise<void> {
    await pause(reopenDelayMs, undefined, { ref: false });
    if (!this.isClosed) await this.commandClient.connect().catch(() => undefined);
  }

  private async measure<T>(operation: RedisOperation, work: () => Promise<T>): Promise<T> {
    await this.connect();
    const measured = () => (this.metrics === null ? work() : this.metrics.measure(operation, work));
    return inSpan(() => describeOperation(operation), measured);
  }
}

function describeOperation(operation: RedisOperation): SpanDescription {
  const attributes = {
    [attributeNames.dbSystem]: 'redis',
    [attributeNames.dbOperation]: operation,
  };
  return { name: `${operation} redis`, kind: 'client', attributes };
}

function parseRedisUrlVariable(url: string): RedisAddress {
  try {
    return parseRedisUrl(url);
  } catch (error) {
    throw new Error(`REDIS_URL ${(error as Error).message}.`, { cause: error });
  }
}

/** A command with its arguments. */
type RedisCommand = readonly [string, ...(string | number)[]];

/**
 * Sends the commands together, and returns their replies or Errors in order. In a cluster they are sent one by one, since
 * each key may be on another server. Never rejects.
 */
async function sendBatch(client: Redis | Cluster, commands: readonly RedisCommand[]): Promise<unknown[]> {
  if (commands.length === 0) return [];
  if (client instanceof Cluster) {
    return Promise.all(commands.map(([name, ...args]) => client.call(name, ...args).catch(toError)));
  }
  const replies = await client
    .pipeline(commands.map((command) => [...command]))
    .exec()
    .catch(toError);
  if (!Array.isArray(replies)) return commands.map(() => replies);
  return replies.map(([error, reply]) => error ?? reply);
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function isUnknownScript(reply: unknown): boolean {
  return reply instanceof Error && reply.message.startsWith('NOSCRIPT');
}
