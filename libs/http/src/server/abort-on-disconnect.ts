import { UnavailableError } from '#kernel';
import type { FastifyReply } from 'fastify';

/**
 * A signal that aborts when the connection closes before the whole response was sent, so that the work for it can stop.
 * Its reason is an `UnavailableError`, so that the log shows an expected failure.
 *
 * ```ts
 * const signal = abortOnDisconnect(reply);
 * ```
 */
export function abortOnDisconnect({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished)
      controller.abort(new UnavailableError('The client disconnected before the response.', 1));
  });
  return controller.signal;
}
