import { FastifyAdapter } from '@nestjs/platform-fastify';
import multipart from '@fastify/multipart';
import { DomainError, InvalidInputError, randomHex } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { sendProblem } from './problem/problem.filter.js';

export interface HostOptions {
  /** Called once an answer has left, for the access log. */
  readonly onAnswered: (request: FastifyRequest, reply: FastifyReply) => void;
  /** From when it is true, each answer asks for the end of its connection, so that none is in use when they are all closed. */
  readonly isDraining?: () => boolean;
}

const mebibyte = 1024 * 1024;
const bodyLimit = mebibyte;
/** Sent with every answer; made once, since it is the same for all. The API pages carry inline styles. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
/** Load balancers stand in private networks: what they say of the caller's address is believed, what the caller says is not. */
const ownNetwork = 'loopback, linklocal, uniquelocal';
const maxParamLength = 400;
const documentLimit = 16 * mebibyte;
const requestIdPattern = /^[\w.-]{1,100}$/;

/** Fastify as Attune runs it: request ids, body limits, security headers. */
export async function createHost({ onAnswered, isDraining }: HostOptions): Promise<FastifyAdapter> {
  const adapter = new FastifyAdapter({
    bodyLimit,
    logger: false,
    trustProxy: ownNetwork,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(error, request.id, reply);
    },
    routerOptions: { maxParamLength },
    forceCloseConnections: 'idle',
    // New connections are refused while closing; what still arrives on those that were kept alive is answered.
    return503OnClosing: false,
    genReqId: ({ headers }: { headers: Record<string, string | string[] | undefined> }) =>
      requestIdOf(headers['x-request-id']),
  });
  const server = adapter.getInstance<FastifyInstance>();
  server.removeContentTypeParser('text/plain');
  readJson(server);
  await readForms(server);
  refuseLargeBodies(server);
  refuseDeepBodies(server);
  rememberRoutes(server);
  endConnectionsWhileClosing(server);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
    if (isDraining?.() === true) reply.header('connection', 'close');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    onAnswered(request, reply);
    done();
  });
  return adapter;
}

/** Random per process and counted within it: unique, and free of a call to the random source per request. */
const processId = randomHex(6);
let requests = 0;

function requestIdOf(given: string | string[] | undefined): string {
  if (typeof given === 'string' && requestIdPattern.test(given)) return given;
  requests += 1;
  return `${processId}-${requests.toString(36)}`;
}

/**
 * RFC 7396's own type is JSON like any other; documents may be larger than other bodies. Many clients name a type even where they send
 * no body: that is none.
 */
function readJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  const types = ['application/json', 'application/merge-patch+json'];
  server.addContentTypeParser<string>(types, { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parse(request, body, done),
  );
  server.addHook('onRoute', (route) => {
    if (route.url === '/v1/documents') route.bodyLimit = documentLimit;
  });
}

/** Only what a route declared with `@ReadsForm` is read, and by that; elsewhere a form is no body that anybody knows. */
async function readForms(server: FastifyInstance): Promise<void> {
  await server.register(multipart, { preservePath: true });
  server.addHook('onRequest', ({ headers, routeOptions }, _reply, done) => {
    const isRefused = isForm(headers) && !routeOptions.config.form;
    done(isRefused ? new DomainError('unsupported-media-type', 'No form can be sent here.') : undefined);
  });
}

function isForm(headers: { 'content-type'?: string | undefined }): boolean {
  return headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false;
}

/** A body that is refused is still read, up to this, so that the client gets to see why instead of a broken pipe. */
const mostDrained = 64 * mebibyte;

function refuseLargeBodies(server: FastifyInstance): void {
  server.addHook('onRequest', ({ headers, routeOptions, raw }, _reply, done) => {
    const length = Number(headers['content-length'] ?? 0);
    const { form } = routeOptions.config;
    const limit = (isForm(headers) ? form?.bytes : routeOptions.bodyLimit) ?? bodyLimit;
    if (length <= limit) return done();
    const message = `The body has ${length} bytes; at most ${limit} are read here.`;
    const refuse = (): void => done(new DomainError('payload-too-large', message));
    if (length > mostDrained) return refuse();
    drained(raw).then(refuse, refuse);
  });
}

function drained(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
    stream.resume();
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

/** A connection that a client keeps alive is idle only after the answer under way; left open, it would hold up the end. */
function endConnectionsWhileClosing(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  server.addHook('onResponse', (_request, _reply, done) => {
    if (isClosing) setImmediate(() => server.server.closeIdleConnections());
    done();
  });
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that some route takes at this path. */
    methodsAt(path: string): string[];
  }

  interface FastifyRequest {
    /** What a route wants the access log to tell of its request. Free of secrets and of what people wrote. */
    facts?: Readonly<Record<string, unknown>>;
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
