import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { toProblem } from '../problem/problem.js';
import { type ServerSentEvent, heartbeat, sendEventStream } from './event-stream.js';
import { withHeartbeats } from './heartbeats.js';

/** Load balancers close a silent connection, seldom after less than 30 s. */
const defaultHeartbeatMs = 10_000;
const logger = new Logger('http');

/**
 * Answers with server-sent events that can fail. An error before the first event is thrown, and becomes a problem with its own status.
 * After the first event or heartbeat the status 200 was sent: an error then ends the stream with an event `error` whose data is the
 * problem. A heartbeat is sent after each 10 s without an event.
 *
 * ```ts
 * async function* events(): AsyncGenerator<ServerSentEvent, void> {
 *   yield { event: 'progress', data: { done: 3 } };
 * }
 * await respondWithEvents(reply, events());
 * ```
 */
export async function respondWithEvents(
  reply: FastifyReply,
  events: AsyncGenerator<ServerSentEvent, void>,
  heartbeatMs = defaultHeartbeatMs,
): Promise<void> {
  const eventsWithHeartbeats = withHeartbeats(events, heartbeatMs);
  const first = await eventsWithHeartbeats.next();
  if (!first.done)
    sendEventStream(reply, withErrorEvent(first.value, eventsWithHeartbeats, reply.request.id));
}

async function* withErrorEvent(
  first: ServerSentEvent | typeof heartbeat,
  rest: AsyncGenerator<ServerSentEvent | typeof heartbeat, void>,
  requestId: string,
): AsyncGenerator<ServerSentEvent | typeof heartbeat> {
  try {
    yield first;
    yield* rest;
  } catch (error) {
    const { status, body } = toProblem(error, requestId);
    if (status === 500) logger.error({ err: error, request_id: requestId }, 'request failed');
    yield { event: 'error', data: body };
  } finally {
    // If the client leaves at the first event, `yield*` has not started, and nothing else ends the generator.
    await rest.return();
  }
}
