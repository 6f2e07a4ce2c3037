import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
  NotFoundException,
} from '@nestjs/common';
import { type DomainError, MethodNotAllowedError, NotFoundError, UnsupportedMediaTypeError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ToErrorAnswer, toProblemJson } from './problem-form.js';
import { toProblem } from './problem.js';

/** Answers every error as problem+json. Only an `internal` problem is logged at level `error`, because an operator must act on it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const status = sendProblem(toReportedError(error, request), request.id, reply);
    if (status === 500) this.logger.error({ err: error, request_id: request.id }, 'request failed');
  }
}

/** Some refusals of the framework do not say what to send instead. */
function toReportedError(error: unknown, request: FastifyRequest): unknown {
  if (error instanceof NotFoundException) return noRouteError(request);
  const isMediaTypeError = error instanceof HttpException && error.getStatus() === 415;
  return isMediaTypeError ? mediaTypeError(request) : error;
}

function mediaTypeError({ headers, routeOptions }: FastifyRequest): DomainError {
  const form = routeOptions.config.form ? ', or multipart/form-data with files' : '';
  const sent = headers['content-type']?.slice(0, 100) ?? 'no Content-Type';
  return new UnsupportedMediaTypeError(
    `Send a JSON body with Content-Type: application/json${form}. This request has ${sent}.`,
  );
}

/** Sends the problem in the route's form and returns its status. Requests that never reach Nest use it too. */
export function sendProblem(error: unknown, requestId: string, reply: FastifyReply): number {
  const problem = toProblem(error, requestId);
  const { contentType, body, headers = {} } = formOf(reply.request)(problem, parametersOf(reply.request));
  const always = { 'content-type': contentType, 'cache-control': 'no-store', 'x-request-id': requestId };
  // As bytes, because Fastify would add a charset to text, and application/problem+json has none.
  if (!reply.sent)
    void reply
      .code(problem.status)
      .headers({ ...problem.headers, ...headers, ...always })
      .send(Buffer.from(JSON.stringify(body)));
  return problem.status;
}

/** An address that cannot be read has no parameters, not even an empty set. */
function parametersOf({ params }: FastifyRequest): Readonly<Record<string, string>> {
  return (params ?? {}) as Record<string, string>;
}

/** A method that the path does not have is answered in the form of the methods that it has. */
function formOf({ routeOptions, server, url, is404 }: FastifyRequest): ToErrorAnswer {
  const form = is404 ? server.problemFormAt(pathOf(url)) : routeOptions.config.problemForm;
  return form ?? toProblemJson;
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '/';
}

/** The error for a request that no route matches. If the path exists with other methods, the answer is 405. */
export function noRouteError({ url, method, server }: FastifyRequest): DomainError {
  const path = pathOf(url);
  const allowedMethods = server.methodsAt(path).join(', ');
  if (allowedMethods === '')
    return new NotFoundError(`There is no route ${path.slice(0, 200)}; see /docs for the routes.`);
  return new MethodNotAllowedError(`${method} is not allowed here; use ${allowedMethods}.`, allowedMethods);
}
