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

/** A client that takes nothing for so long is gone, whatever its connection looks like. */
const patienceMs = 30_000;

type Events = AsyncIterable<ServerEvent | typeof heartbeat>;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Nginx would hold the events back.
  'x-accel-buffering': 'no',
} as const;

/**
 * Answers with server-sent events until there are no more. They are made as fast as the client takes them. When the client leaves,
 * or takes nothing for half a minute, the iteration is ended by `return`, so that a generator's `finally` runs.
 */
export function sendEvents(reply: FastifyReply, events: Events, stalledAfterMs = patienceMs): void {
  void reply.headers(headers).send(streamOf(reply, events, stalledAfterMs));
}

/** The same for a route that answers otherwise as well: what its handler returns, its reply being passed through. */
export function eventsAnswer(reply: FastifyReply, events: Events): StreamableFile {
  void reply.headers(headers);
  return new StreamableFile(streamOf(reply, events, patienceMs));
}

function streamOf(reply: FastifyReply, events: Events, stalledAfterMs: number): Readable {
  const stalled = (): unknown => reply.raw.destroy();
  return Readable.from(written(events, () => setTimeout(stalled, stalledAfterMs)));
}

async function* written(events: Events, startTimer: () => NodeJS.Timeout): AsyncGenerator<string> {
  for await (const each of events) {
    const timer = startTimer();
    try {
      yield each === heartbeat ? ':\n\n' : `event: ${each.event}\ndata: ${JSON.stringify(each.data)}\n\n`;
    } finally {
      clearTimeout(timer);
    }
  }
}
