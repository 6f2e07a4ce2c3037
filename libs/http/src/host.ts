import helmet from '@fastify/helmet';
import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DomainError, NotFoundError, randomHex } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { sendProblem } from './problem.filter.js';

export interface HostOptions {
  /** Called once an answer has left, for the access log. */
  readonly onAnswered: (request: FastifyRequest, reply: FastifyReply) => void;
}

const mebibyte = 1024 * 1024;
const bodyLimit = mebibyte;
const documentLimit = 16 * mebibyte;
const requestIdPattern = /^[\w.-]{1,100}$/;

/** Fastify as Attune runs it: request ids, body limits, security headers, and problems for what no route answers. */
export async function createHost({ onAnswered }: HostOptions): Promise<FastifyAdapter> {
  const adapter = new FastifyAdapter({
    bodyLimit,
    logger: false,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: 'idle',
    genReqId: ({ headers }: { headers: Record<string, string | string[] | undefined> }) =>
      requestIdOf(headers['x-request-id']),
  });
  const server = adapter.getInstance<FastifyInstance>();
  await server.register(helmet, { contentSecurityPolicy: false });
  readMergePatch(server);
  answerUnknownRoutes(server);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    onAnswered(request, reply);
    done();
  });
  return adapter;
}

function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomHex(8);
}

/** RFC 7396's own type is JSON like any other; documents may be larger than other bodies. */
function readMergePatch(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, parse);
  server.addHook('onRoute', (route) => {
    if (route.url === '/v1/documents') route.bodyLimit = documentLimit;
  });
}

/** A path that other methods know is 405 with `Allow`; any other is 404. */
function answerUnknownRoutes(server: FastifyInstance): void {
  const router = findMyWay({ maxParamLength: 300 });
  const logger = new Logger('http');
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      const isKnown = router.hasRoute(one as HTTPMethod, url);
      if (!isKnown && url !== '*' && url !== '/*') router.on(one as HTTPMethod, url, () => undefined);
    }
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const allowed = methods.filter((method) => router.find(method, path) !== null);
    sendProblem(allowed.length > 0 ? notAllowed(request, allowed) : unknown(path), request, reply, logger);
  });
}

const methods: HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

function notAllowed(request: FastifyRequest, allowed: readonly string[]): DomainError {
  const allow = allowed.join(', ');
  return new DomainError(
    'method-not-allowed',
    `${request.method} is not possible here; possible: ${allow}.`,
    { allow },
  );
}

function unknown(path: string): DomainError {
  return new NotFoundError(`There is nothing at ${path.slice(0, 200)}; see /docs for the routes.`);
}
