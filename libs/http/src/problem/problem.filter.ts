import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import { DomainError, NotFoundError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.js';

/** Answers every error as problem+json. Only a fault of ours is logged as an error: somebody must act on it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error instanceof NotFoundException ? noRoute(request) : error, request.id);
    if (problem.status === 500) this.logger.error({ err: error, request_id: request.id }, 'request failed');
    if (reply.sent) return;
    // Bytes, so that no serializer adds a charset that application/problem+json does not have.
    reply
      .code(problem.status)
      .headers({
        ...problem.headers,
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
      })
      .send(Buffer.from(JSON.stringify(problem.body)));
  }
}

/** Nest's own 404 means that no route took the request: a path that other methods know is 405. */
function noRoute({ url, method, server }: FastifyRequest): DomainError {
  const path = url.split('?')[0] ?? '/';
  const allow = server.methodsAt(path).join(', ');
  if (allow === '')
    return new NotFoundError(`There is nothing at ${path.slice(0, 200)}; see /docs for the routes.`);
  return new DomainError('method-not-allowed', `${method} is not possible here; possible: ${allow}.`, {
    allow,
  });
}
