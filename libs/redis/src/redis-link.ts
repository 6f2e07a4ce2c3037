import { setTimeout as pause } from 'node:timers/promises';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisCluster, RedisNode, SingleRedis, WatchedRedis } from '#kernel';
import { OutageLog } from './outage-log.js';

/** Nothing waits longer than this for a reply, a handshake or a silent peer. */
const patienceMs = 1_000;
const longestRetryDelayMs = 500;

const bounded = {
  lazyConnect: true,
  commandTimeout: patienceMs,
  sentinelCommandTimeout: patienceMs,
  connectTimeout: patienceMs,
  // Commands pending and no byte for so long: the link is half open, so it is cut and made anew.
  socketTimeout: patienceMs,
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
  return Math.min(25 * 2 ** failures, longestRetryDelayMs);
}

/** A link for commands that reconnects for ever and never queues. */
export function openCommands(address: RedisAddress): Redis | Cluster {
  const link =
    address.kind === 'cluster' ? openCluster(address) : openServer(address, 'commands', retryDelayMs);
  const outage = new OutageLog('Redis commands');
  link.on('error', (error) => outage.failed(error));
  link.on('reconnecting', () => outage.failed('it was closed'));
  link.on('ready', () => outage.ended());
  return link;
}

/** A link for a subscription, which ends when it fails. */
export function openSubscriber(address: SingleRedis | WatchedRedis): Redis {
  return openServer(address, 'subscription', null);
}

/** Resolves when the first attempt has ended: by way of sentinels, ioredis goes on trying within that attempt. */
export async function connectLink(link: Redis | Cluster): Promise<void> {
  const failed = new Promise<void>((resolve) =>
    link.once('error', () => resolve()).once('close', () => resolve()),
  );
  await Promise.race([link.connect().catch(() => undefined), failed]);
  if (link instanceof Cluster) await Promise.all(link.nodes('master').map(untilDecided));
}

async function untilDecided(server: Redis): Promise<void> {
  if (server.status === 'ready' || server.status === 'end') return;
  await new Promise<void>((resolve) => server.once('ready', () => resolve()).once('end', () => resolve()));
}

/** Ends a link for good; resolves when it is closed. Commands still in flight fail. */
export async function closeLink(link: Redis | Cluster): Promise<void> {
  const isOpen = link.status === 'connecting' || link.status === 'connect' || link.status === 'ready';
  const ended = new Promise((resolve) => link.once('end', resolve));
  link.disconnect();
  if (isOpen) await Promise.race([ended, pause(patienceMs, undefined, { ref: false })]);
}

/** Certificates are checked against those that Node trusts. */
function accessTo({
  username,
  password,
  tls,
}: RedisAddress): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  return { ...(username && { username }), ...(password && { password }), ...(tls && { tls: {} }) };
}

type Retry = ((failures: number) => number) | null;

function openServer(address: SingleRedis | WatchedRedis, name: string, retryStrategy: Retry): Redis {
  const { db } = address;
  const options = { ...bounded, ...accessTo(address), db, retryStrategy, connectionName: `attune-${name}` };
  if (address.kind === 'sentinel') return openWatched(address, options);
  return new Redis({ ...options, host: address.host, port: address.port });
}

/**
 * The sentinels get the password of Redis once one has asked for it, and only then: most have none, and refuse any. Each
 * stands in the list twice, so that one attempt is enough.
 */
function openWatched(
  { sentinels, name, username, password, tls }: WatchedRedis,
  options: typeof bounded & { readonly retryStrategy: Retry },
): Redis {
  const link = new Redis({
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
  link.on('sentinelError', (error: Error) => {
    if (!error.message.includes('NOAUTH') || password === undefined) return;
    Object.assign(link.options, {
      sentinelPassword: password,
      ...(username && { sentinelUsername: username }),
    });
  });
  return link;
}

function openCluster(address: RedisCluster): Cluster {
  const { enableOfflineQueue, ...node } = bounded;
  const cluster = new Cluster(
    address.nodes.map(({ host, port }: RedisNode) => ({ host, port })),
    {
      lazyConnect: true,
      enableOfflineQueue,
      clusterRetryStrategy: retryDelayMs,
      // Where a part of the cluster is down, the others' links would be cut again and again.
      enableReadyCheck: false,
      slotsRefreshTimeout: patienceMs / 2,
      slotsRefreshInterval: 5_000,
      // A redirection is followed; everything else fails at once instead of being sent again later.
      maxRedirections: 4,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      retryDelayOnTryAgain: 0,
      redisOptions: { ...node, ...accessTo(address) },
      // A certificate is for a name, which would be resolved to an address before.
      ...(address.tls && { dnsLookup: (name, done) => done(null, name) }),
    },
  );
  // A server's link would else begin with the first command, and refuse the next ones until it stands.
  cluster.on('+node', (server: Redis) => void server.connect().catch(() => undefined));
  return cluster;
}
