import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemOf } from '../problem/problem.js';
import { type ServerEvent, heartbeat, sendEvents } from './event-stream.js';
import { withHeartbeats } from './heartbeats.js';

/** Below what load balancers allow a connection to be silent, which is seldom less than 30 s. */
const silenceMs = 10_000;
const logger = new Logger('http');

/**
 * Answers with server-sent events that can fail. What fails before the first event is thrown: it is a problem with a status like any
 * other. Once something was sent there is no other status, and a failure ends the stream with an event `error`, its data the problem.
 * Silence is filled with heartbeats, the first of which sends the status 200 as an event would.
 *
 * @example
 * await answerWithEvents(reply, queries.events(question));
 */
export async function answerWithEvents(
  reply: FastifyReply,
  events: AsyncGenerator<ServerEvent, void>,
  heartbeatMs = silenceMs,
): Promise<void> {
  const beating = withHeartbeats(events, heartbeatMs);
  const first = await beating.next();
  if (!first.done) sendEvents(reply, endingInProblem(first.value, beating, reply.request.id));
}

async function* endingInProblem(
  first: ServerEvent | typeof heartbeat,
  rest: AsyncGenerator<ServerEvent | typeof heartbeat, void>,
  requestId: string,
): AsyncGenerator<ServerEvent | typeof heartbeat> {
  try {
    yield first;
    yield* rest;
  } catch (error) {
    const { status, body } = problemOf(error, requestId);
    if (status === 500) logger.error({ err: error, request_id: requestId }, 'request failed');
    yield { event: 'error', data: body };
  } finally {
    // Before `yield*` nobody else would: the client may have left with the first event.
    await rest.return();
  }
}
