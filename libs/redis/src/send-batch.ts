import { Cluster, type Redis } from 'ioredis';

/** A command with its arguments. */
type RedisCommand = readonly [string, ...(string | number)[]];

/**
 * Sends the commands together, and gives each reply or Error in their order. A cluster gets them one by one, as each
 * key may be at another server. Never rejects.
 */
export async function sendBatch(
  client: Redis | Cluster,
  commands: readonly RedisCommand[],
): Promise<unknown[]> {
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
