import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** One server-sent event. */
export interface ServerSentEvent {
  /** The name of the event. Without it, clients see the event as `message`. */
  readonly event?: string;
  /** Any JSON value. */
  readonly data: unknown;
}

/** Ends a stream of OpenAI's protocol: the one event whose data is not JSON. */
export const endOfChunks = Symbol('[DONE]');

/** A comment line, which clients ignore. It keeps proxies from closing a silent connection. */
export const heartbeat = Symbol('heartbeat');

/** A client that reads nothing for this time is treated as gone, even if its connection is open. */
const defaultStallTimeoutMs = 30_000;

/** What a stream of events is made of. */
export type StreamItem = ServerSentEvent | typeof heartbeat | typeof endOfChunks;

type EventIterable = AsyncIterable<StreamItem>;

/** The headers of every response of server-sent events. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Without it, nginx buffers the events.
  'x-accel-buffering': 'no',
} as const;

/**
 * Answers with server-sent events until there are no more. The next event is requested when the client has read the one before. When
 * the client leaves, or reads nothing for `stallTimeoutMs` (30 s), the iteration ends by `return`, so a generator's `finally` runs.
 */
export function sendEventStream(
  reply: FastifyReply,
  events: EventIterable,
  stallTimeoutMs = defaultStallTimeoutMs,
): void {
  void reply.headers(eventStreamHeaders).send(toReadable(reply, events, stallTimeoutMs));
}

/**
 * The same stream as a return value, for a handler that sometimes returns JSON instead. It sets the headers of `reply`, so the handler
 * needs `@Res({ passthrough: true })`.
 */
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
      yield serialize(event);
    } finally {
      clearTimeout(timer);
    }
  }
}

function serialize(item: StreamItem): string {
  if (item === heartbeat) return ':\n\n';
  if (item === endOfChunks) return 'data: [DONE]\n\n';
  const name = item.event === undefined ? '' : `event: ${item.event}\n`;
  return `${name}data: ${JSON.stringify(item.data)}\n\n`;
}
