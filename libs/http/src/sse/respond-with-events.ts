import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { toProblem } from '../problem/problem.js';
import { type ServerSentEvent, type StreamItem, type endOfChunks, sendEventStream } from './event-stream.js';
import { withHeartbeats } from './heartbeats.js';

/** Load balancers close a silent connection, seldom after less than 30 s. */
const defaultHeartbeatMs = 10_000;
const logger = new Logger('http');

/**
 * Answers with server-sent events that can fail. An error before the first event is thrown, and becomes a problem with its own status.
 * After the first event or heartbeat the status 200 was sent: an error then ends the stream with an event `error` whose data is the
 * problem; on a route with `@ProblemForm`, with an event without a name whose data is the answer in that form. A heartbeat is sent after each 10 s without an event.
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
  events: AsyncGenerator<ServerSentEvent | typeof endOfChunks, void>,
  heartbeatMs = defaultHeartbeatMs,
): Promise<void> {
  const eventsWithHeartbeats = withHeartbeats(events, heartbeatMs);
  const first = await eventsWithHeartbeats.next();
  if (!first.done) sendEventStream(reply, withErrorEvent(first.value, eventsWithHeartbeats, reply));
}

async function* withErrorEvent(
  first: StreamItem,
  rest: AsyncGenerator<StreamItem, void>,
  reply: FastifyReply,
): AsyncGenerator<StreamItem> {
  try {
    yield first;
    yield* rest;
  } catch (error) {
    yield toErrorEvent(error, reply);
  } finally {
    // If the client leaves at the first event, `yield*` has not started, and nothing else ends the generator.
    await rest.return();
  }
}

function toErrorEvent(error: unknown, { request: { id, routeOptions } }: FastifyReply): ServerSentEvent {
  const problem = toProblem(error, id);
  if (problem.status === 500) logger.error({ err: error, request_id: id }, 'request failed');
  const { problemForm } = routeOptions.config;
  return problemForm === undefined
    ? { event: 'error', data: problem.body }
    : { data: problemForm(problem).body };
}
