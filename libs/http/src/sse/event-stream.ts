import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export interface ServerEvent {
  readonly event: string;
  /** Any JSON value. */
  readonly data: unknown;
}

/** A line that no client sees, so that whatever stands between does not take the connection for dead. */
export const heartbeat = Symbol('heartbeat');

/**
 * Answers with server-sent events until there are no more. When the client leaves, the iteration is ended by `return`, so that
 * a generator's `finally` runs.
 */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<ServerEvent | typeof heartbeat>): void {
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    // Nginx would hold the events back.
    .header('x-accel-buffering', 'no')
    .send(Readable.from(written(events)));
}

async function* written(events: AsyncIterable<ServerEvent | typeof heartbeat>): AsyncGenerator<string> {
  for await (const each of events)
    yield each === heartbeat ? ':\n\n' : `event: ${each.event}\ndata: ${JSON.stringify(each.data)}\n\n`;
}
