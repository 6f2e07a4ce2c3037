import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { toProblem } from '../problem/problem.js';
import { type ServerSentEvent, heartbeat, sendEventStream } from './event-stream.js';
import { withHeartbeats } from './heartbeats.js';

/** Below what load balancers allow a connection to be silent, which is seldom less than 30 s. */
const defaultHeartbeatMs = 10_000;
const logger = new Logger('http');

/**
 * Answers with server-sent events that can fail. What fails before the first event is thrown: it is a problem with a status like any
 * other. Once something was sent there is no other status, and a failure ends the stream with an event `error`, its data the problem.
 * Silence is filled with heartbeats, the first of which sends the status 200 as an event would.
 *
 * @example
 * await respondWithEvents(reply, queries.events(question));
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
    // Before `yield*` nobody else would: the client may have left with the first event.
    await rest.return();
  }
}
