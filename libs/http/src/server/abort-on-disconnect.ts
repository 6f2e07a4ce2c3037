import type { FastifyReply } from 'fastify';

/**
 * A signal that aborts when the connection closes before the whole response was sent, so that the work for it can stop.
 *
 * ```ts
 * const signal = abortOnDisconnect(reply);
 * ```
 */
export function abortOnDisconnect({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
