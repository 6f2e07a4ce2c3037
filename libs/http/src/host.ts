import helmet from '@fastify/helmet';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { InvalidInputError, randomHex } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

export interface HostOptions {
  /** Called once an answer has left, for the access log. */
  readonly onAnswered: (request: FastifyRequest, reply: FastifyReply) => void;
}

const mebibyte = 1024 * 1024;
const bodyLimit = mebibyte;
/** The API pages carry inline styles; nothing is loaded from elsewhere, over plain HTTP neither (a proxy ends TLS). */
const contentPolicy = {
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  upgradeInsecureRequests: null,
};
const maxParamLength = 400;
const documentLimit = 16 * mebibyte;
const requestIdPattern = /^[\w.-]{1,100}$/;

/** Fastify as Attune runs it: request ids, body limits, security headers. */
export async function createHost({ onAnswered }: HostOptions): Promise<FastifyAdapter> {
  const adapter = new FastifyAdapter({
    bodyLimit,
    logger: false,
    routerOptions: { maxParamLength },
    forceCloseConnections: 'idle',
    genReqId: ({ headers }: { headers: Record<string, string | string[] | undefined> }) =>
      requestIdOf(headers['x-request-id']),
  });
  const server = adapter.getInstance<FastifyInstance>();
  await server.register(helmet, { contentSecurityPolicy: { directives: contentPolicy } });
  readMergePatch(server);
  refuseDeepBodies(server);
  rememberRoutes(server);
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

const mostLevels = 64;

/** Whatever walks through a body later does so by recursion: a megabyte of brackets would be the end of the stack. */
function refuseDeepBodies(server: FastifyInstance): void {
  const message = `The body is nested deeper than ${mostLevels} levels.`;
  server.addHook('preValidation', ({ body }, _reply, done) => {
    const isFine = !isDeeper(body, mostLevels);
    done(isFine ? undefined : new InvalidInputError([{ field: '', rule: 'type', message }]));
  });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that some route takes at this path. */
    methodsAt(path: string): string[];
  }
}

const methods: HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Fastify itself cannot tell a path that other methods know from one that nobody knows. */
function rememberRoutes(server: FastifyInstance): void {
  const router = findMyWay({ maxParamLength });
  server.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return;
    for (const one of [method].flat() as HTTPMethod[]) {
      if (!router.hasRoute(one, url)) router.on(one, url, () => undefined);
    }
  });
  server.decorate('methodsAt', (path) => methods.filter((method) => router.find(method, path) !== null));
}
