import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

export interface ServerEvent {
  readonly event: string;
  /** Any JSON value. */
  readonly data: unknown;
}

/** A line that no client sees, so that whatever stands between does not take the connection for dead. */
export const heartbeat = Symbol('heartbeat');

type Events = AsyncIterable<ServerEvent | typeof heartbeat>;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Nginx would hold the events back.
  'x-accel-buffering': 'no',
} as const;

/**
 * Answers with server-sent events until there are no more. When the client leaves, the iteration is ended by `return`, so that
 * a generator's `finally` runs.
 */
export function sendEvents(reply: FastifyReply, events: Events): void {
  void reply.headers(headers).send(Readable.from(written(events)));
}

/** The same for a route that answers otherwise as well: what its handler returns, its reply being passed through. */
export function eventsAnswer(reply: FastifyReply, events: Events): StreamableFile {
  void reply.headers(headers);
  return new StreamableFile(Readable.from(written(events)));
}

async function* written(events: Events): AsyncGenerator<string> {
  for await (const each of events)
    yield each === heartbeat ? ':\n\n' : `event: ${each.event}\ndata: ${JSON.stringify(each.data)}\n\n`;
}
