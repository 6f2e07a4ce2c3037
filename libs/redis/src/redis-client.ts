import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type {
  RedisAddress,
  RedisCluster,
  RedisNode,
  StandaloneRedis,
  SentinelRedis,
} from './redis-address.js';
import { OutageLog } from '#telemetry';

/** The longest wait for a reply, a handshake or a silent peer. */
const timeoutMs = 1_000;
const maxRetryDelayMs = 500;

const boundedOptions = {
  lazyConnect: true,
  commandTimeout: timeoutMs,
  sentinelCommandTimeout: timeoutMs,
  connectTimeout: timeoutMs,
  // With a command pending and no byte received for this time, the link is half open: it is cut and opened again.
  socketTimeout: timeoutMs,
  // An abandoned link does not wait until its peer closes too.
  disconnectTimeout: 20,
  enableOfflineQueue: false,
  // The user of an access control list needs fewer rights without it.
  disableClientInfo: true,
  // A command in flight when the link is lost fails at once. It is not sent again later.
  maxRetriesPerRequest: 0,
  // ioredis would not report when a resubscription is confirmed, and would leave a rejection unhandled if it fails.
  autoResubscribe: false,
  // A master that became a replica refuses writes: another server is the master now.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;

/** The pause before the next attempt, after this number of failed attempts in a row. */
export function retryDelayMs(failures: number): number {
  return Math.min(25 * 2 ** failures, maxRetryDelayMs);
}

/** The log of one link's outages: one line when it fails, and one when it works again. */
export function createLinkOutageLog(name: string): {
  recordFailure(reason: unknown): void;
  recordRecovery(): void;
} {
  const outage = new OutageLog(new Logger(name), { recovery: 'Redis link is back.' });
  return {
    recordFailure: (reason) =>
      outage.recordFailure(`Redis link failed: ${describeReason(reason)}. Trying again in the background.`),
    recordRecovery: () => outage.recordRecovery(),
  };
}

/** A refused connection to both addresses of a name has a code but no message. */
function describeReason(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || String('code' in reason ? reason.code : reason.name);
}

/** Creates the link for commands. It reconnects for ever and never queues. */
export function createCommandClient(address: RedisAddress): Redis | Cluster {
  const client =
    address.kind === 'cluster'
      ? createClusterClient(address)
      : createServerClient(address, 'commands', retryDelayMs);
  const outage = createLinkOutageLog('Redis commands');
  client.on('error', (error) => outage.recordFailure(error));
  client.on('reconnecting', () => outage.recordFailure('it was closed'));
  client.on('ready', () => outage.recordRecovery());
  return client;
}

/** Creates a link for a subscription. It ends when it fails. */
export function createSubscriberClient(address: StandaloneRedis | SentinelRedis): Redis {
  return createServerClient(address, 'subscription', null);
}

/** Resolves when the first attempt has ended. With sentinels, ioredis would continue to try within that attempt. */
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

/** Closes a link for good. Resolves when it is closed. Commands in flight fail. */
export async function closeClient(client: Redis | Cluster): Promise<void> {
  const isOpen = client.status === 'connecting' || client.status === 'connect' || client.status === 'ready';
  const ended = new Promise((resolve) => client.once('end', resolve));
  client.disconnect();
  if (isOpen) await Promise.race([ended, pause(timeoutMs, undefined, { ref: false })]);
}

/** With TLS, Node's own list of trusted certificates decides. */
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
 * The sentinels get the password of Redis only after one has asked for it, because most have none and refuse any. Each is
 * in the list twice, so that one attempt can ask it without and then with the password.
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
    // The old master behaves like a master for some seconds; the sentinels say when it no longer is one. A sentinel that
    // disconnects is not tried again, because ioredis would print each attempt; the next link asks it again.
    failoverDetector: true,
    sentinelReconnectStrategy: () => null,
    sentinelMaxConnections: sentinels.length,
    // A link that ioredis reopens must not end for good when no sentinel answers. The others end.
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
      // If a part of the cluster is down, this check would cut the links to the other servers again and again.
      enableReadyCheck: false,
      slotsRefreshTimeout: timeoutMs / 2,
      slotsRefreshInterval: 5_000,
      // A redirection is followed. Everything else fails at once and is not sent again later.
      maxRedirections: 4,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      retryDelayOnTryAgain: 0,
      redisOptions: { ...nodeOptions, ...accessOptionsOf(address) },
      // A certificate names a host, so the name must not be resolved to an address first.
      ...(address.tls && { dnsLookup: (name, done) => done(null, name) }),
    },
  );
  // Without this, a server's link would be opened by the first command, and refuse the next ones until it is ready.
  cluster.on('+node', (server: Redis) => void server.connect().catch(() => undefined));
  return cluster;
}
