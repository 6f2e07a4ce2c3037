import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

export interface ServerSentEvent {
  readonly event: string;
  /** Any JSON value. */
  readonly data: unknown;
}

/** A line that no client sees, so that whatever stands between does not take the connection for dead. */
export const heartbeat = Symbol('heartbeat');

/** A client that takes nothing for so long is gone, whatever its connection looks like. */
const defaultStallTimeoutMs = 30_000;

type EventIterable = AsyncIterable<ServerSentEvent | typeof heartbeat>;

const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Nginx would hold the events back.
  'x-accel-buffering': 'no',
} as const;

/**
 * Answers with server-sent events until there are no more. They are made as fast as the client takes them. When the client leaves,
 * or takes nothing for half a minute, the iteration is ended by `return`, so that a generator's `finally` runs.
 */
export function sendEventStream(
  reply: FastifyReply,
  events: EventIterable,
  stallTimeoutMs = defaultStallTimeoutMs,
): void {
  void reply.headers(eventStreamHeaders).send(toReadable(reply, events, stallTimeoutMs));
}

/** The same for a route that answers otherwise as well: what its handler returns, its reply being passed through. */
export function toEventStreamFile(reply: FastifyReply, events: EventIterable): StreamableFile {
  void reply.headers(eventStreamHeaders);
  return new StreamableFile(toReadable(reply, events, defaultStallTimeoutMs));
}

function toReadable(reply: FastifyReply, events: EventIterable, stallTimeoutMs: number): Readable {
  const destroyConnection = (): unknown => reply.raw.destroy();
  return Readable.from(serializeEvents(events, () => setTimeout(destroyConnection, stallTimeoutMs)));
}

async function* serializeEvents(
  events: EventIterable,
  startTimer: () => NodeJS.Timeout,
): AsyncGenerator<string> {
  for await (const event of events) {
    const timer = startTimer();
    try {
      yield event === heartbeat ? ':\n\n' : `event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`;
    } finally {
      clearTimeout(timer);
    }
  }
}
