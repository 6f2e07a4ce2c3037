import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './redis-url.js';

/** Nothing waits longer than this for a reply, a handshake or a silent peer. */
const patienceMs = 2_000;
const longestRetryDelayMs = 1_000;

const bounded = {
  lazyConnect: true,
  commandTimeout: patienceMs,
  connectTimeout: patienceMs,
  // Commands pending and no byte for so long: the link is half open, so it is cut and made anew.
  socketTimeout: patienceMs,
  disconnectTimeout: 500,
  enableOfflineQueue: false,
  // A command in flight when the link is lost fails at once instead of being sent again later.
  maxRetriesPerRequest: 0,
  // ioredis would resubscribe without telling when that is confirmed, and with an unhandled rejection if it fails.
  autoResubscribe: false,
  retryStrategy: (times: number) => Math.min(50 * 2 ** times, longestRetryDelayMs),
} satisfies RedisOptions;

/** A client that reconnects for ever, never queues, and says in the log once an outage that it is lost and back. */
export function openLink(address: RedisAddress, name: string): Redis {
  const link = new Redis({ ...address, ...bounded, connectionName: `attune-${name}` });
  const logger = new Logger(`Redis ${name}`);
  let lost = false;
  link.on('error', (error) => {
    if (!lost) logger.warn(`Redis link failed: ${reason(error)}. Trying again in the background.`);
    lost = true;
  });
  link.on('reconnecting', () => {
    if (!lost) logger.warn('Redis closed the link. Connecting again in the background.');
    lost = true;
  });
  link.on('ready', () => {
    if (lost) logger.log('Redis link is back.');
    lost = false;
  });
  return link;
}

/** Ends the link for good; resolves when its socket is closed. Commands still in flight fail. */
export async function closeLink(link: Redis): Promise<void> {
  const hasSocket = link.status === 'connecting' || link.status === 'connect' || link.status === 'ready';
  const ended = hasSocket ? new Promise((resolve) => link.once('end', resolve)) : null;
  link.disconnect();
  await ended;
}

/** A refused connection to both addresses of a name has a code but no message. */
function reason(error: Error): string {
  return error.message || String('code' in error ? error.code : error.name);
}
