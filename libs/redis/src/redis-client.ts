import { setTimeout as pause } from 'node:timers/promises';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisCluster, RedisNode, StandaloneRedis, SentinelRedis } from '#kernel';
import { OutageLog } from './outage-log.js';

/** Nothing waits longer than this for a reply, a handshake or a silent peer. */
const timeoutMs = 1_000;
const maxRetryDelayMs = 500;

const boundedOptions = {
  lazyConnect: true,
  commandTimeout: timeoutMs,
  sentinelCommandTimeout: timeoutMs,
  connectTimeout: timeoutMs,
  // Commands pending and no byte for so long: the link is half open, so it is cut and made anew.
  socketTimeout: timeoutMs,
  // A link that is given up does not wait for its peer to agree.
  disconnectTimeout: 20,
  enableOfflineQueue: false,
  // A command in flight when the link is lost fails at once instead of being sent again later.
  maxRetriesPerRequest: 0,
  // ioredis would resubscribe without telling when that is confirmed, and with an unhandled rejection if it fails.
  autoResubscribe: false,
  // A master that became a replica takes no writes any more: another server is the master now.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;

/** How long to wait after so many failed attempts in a row. */
export function retryDelayMs(failures: number): number {
  return Math.min(25 * 2 ** failures, maxRetryDelayMs);
}

/** A link for commands that reconnects for ever and never queues. */
export function createCommandClient(address: RedisAddress): Redis | Cluster {
  const client =
    address.kind === 'cluster'
      ? createClusterClient(address)
      : createServerClient(address, 'commands', retryDelayMs);
  const outage = new OutageLog('Redis commands');
  client.on('error', (error) => outage.recordFailure(error));
  client.on('reconnecting', () => outage.recordFailure('it was closed'));
  client.on('ready', () => outage.recordRecovery());
  return client;
}

/** A link for a subscription, which ends when it fails. */
export function createSubscriberClient(address: StandaloneRedis | SentinelRedis): Redis {
  return createServerClient(address, 'subscription', null);
}

/** Resolves when the first attempt has ended: by way of sentinels, ioredis goes on trying within that attempt. */
export async function connectClient(client: Redis | Cluster): Promise<void> {
  const firstFailure = new Promise<void>((resolve) =>
    client.once('error', () => resolve()).once('close', () => resolve()),
  );
  await Promise.race([client.connect().catch(() => undefined), firstFailure]);
  if (client instanceof Cluster) await Promise.all(client.nodes('master').map(waitUntilReadyOrEnded));
}

async function waitUntilReadyOrEnded(server: Redis): Promise<void> {
  if (server.status === 'ready' || server.status === 'end') return;
  await new Promise<void>((resolve) => server.once('ready', () => resolve()).once('end', () => resolve()));
}

/** Ends a link for good; resolves when it is closed. Commands still in flight fail. */
export async function closeClient(client: Redis | Cluster): Promise<void> {
  const isOpen = client.status === 'connecting' || client.status === 'connect' || client.status === 'ready';
  const ended = new Promise((resolve) => client.once('end', resolve));
  client.disconnect();
  if (isOpen) await Promise.race([ended, pause(timeoutMs, undefined, { ref: false })]);
}

/** Certificates are checked against those that Node trusts. */
function accessOptionsOf({
  username,
  password,
  tls,
}: RedisAddress): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  return { ...(username && { username }), ...(password && { password }), ...(tls && { tls: {} }) };
}

type RetryStrategy = ((failures: number) => number) | null;

function createServerClient(
  address: StandaloneRedis | SentinelRedis,
  name: string,
  retryStrategy: RetryStrategy,
): Redis {
  const { db } = address;
  const options = {
    ...boundedOptions,
    ...accessOptionsOf(address),
    db,
    retryStrategy,
    connectionName: `attune-${name}`,
  };
  if (address.kind === 'sentinel') return createSentinelClient(address, options);
  return new Redis({ ...options, host: address.host, port: address.port });
}

/**
 * The sentinels get the password of Redis once one has asked for it, and only then: most have none, and refuse any. Each
 * stands in the list twice, so that one attempt is enough.
 */
function createSentinelClient(
  { sentinels, name, username, password, tls }: SentinelRedis,
  options: typeof boundedOptions & { readonly retryStrategy: RetryStrategy },
): Redis {
  const client = new Redis({
    ...options,
    sentinels: [...sentinels, ...sentinels].map((node) => ({ ...node })),
    name,
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    // The old master goes on for seconds as if it were one: the sentinels say when it is not any more. A sentinel that
    // leaves is not waited for, as ioredis would print each attempt; the next link asks it again.
    failoverDetector: true,
    sentinelReconnectStrategy: () => null,
    sentinelMaxConnections: sentinels.length,
    // A link that ioredis is to make anew must not end for good when no sentinel answers; the others end.
    sentinelRetryStrategy: options.retryStrategy ?? (() => null),
  });
  client.on('sentinelError', (error: Error) => {
    if (!error.message.includes('NOAUTH') || password === undefined) return;
    Object.assign(client.options, {
      sentinelPassword: password,
      ...(username && { sentinelUsername: username }),
    });
  });
  return client;
}

function createClusterClient(address: RedisCluster): Cluster {
  const { enableOfflineQueue, ...nodeOptions } = boundedOptions;
  const cluster = new Cluster(
    address.nodes.map(({ host, port }: RedisNode) => ({ host, port })),
    {
      lazyConnect: true,
      enableOfflineQueue,
      clusterRetryStrategy: retryDelayMs,
      // Where a part of the cluster is down, the others' links would be cut again and again.
      enableReadyCheck: false,
      slotsRefreshTimeout: timeoutMs / 2,
      slotsRefreshInterval: 5_000,
      // A redirection is followed; everything else fails at once instead of being sent again later.
      maxRedirections: 4,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      retryDelayOnTryAgain: 0,
      redisOptions: { ...nodeOptions, ...accessOptionsOf(address) },
      // A certificate is for a name, which would be resolved to an address before.
      ...(address.tls && { dnsLookup: (name, done) => done(null, name) }),
    },
  );
  // A server's link would else begin with the first command, and refuse the next ones until it stands.
  cluster.on('+node', (server: Redis) => void server.connect().catch(() => undefined));
  return cluster;
}
