import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.js';

/** Answers every error as problem+json. Only a fault of ours is logged as an error: somebody must act on it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

/** The same for what never reaches Nest: unknown routes and bodies that cannot be parsed. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): void {
  const problem = problemOf(error, request.id);
  if (problem.status === 500) logger.error({ err: error, request_id: request.id }, 'request failed');
  if (reply.sent) return;
  // Bytes, so that no serializer adds a charset that application/problem+json does not have.
  reply
    .code(problem.status)
    .headers({ ...problem.headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    .send(Buffer.from(JSON.stringify(problem.body)));
}
