import { Cluster, type Redis } from 'ioredis';

/** A command with its arguments. */
type Command = readonly [string, ...(string | number)[]];

/**
 * Sends the commands together, and gives each reply or Error in their order. A cluster gets them one by one, as each
 * key may be at another server. Never rejects.
 */
export async function sendAll(link: Redis | Cluster, commands: readonly Command[]): Promise<unknown[]> {
  if (commands.length === 0) return [];
  if (link instanceof Cluster) {
    return Promise.all(commands.map(([name, ...args]) => link.call(name, ...args).catch(asError)));
  }
  const replies = await link
    .pipeline(commands.map((command) => [...command]))
    .exec()
    .catch(asError);
  if (!Array.isArray(replies)) return commands.map(() => replies);
  return replies.map(([error, reply]) => error ?? reply);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
