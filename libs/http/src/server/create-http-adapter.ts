import { type IncomingMessage, type RequestListener, type Server, createServer } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { type AccessLogEntry, toAccessLogEntry } from './access-log-entry.js';
import { defaultBodyLimitBytes, registerBodyParsers } from '../body/body-parsers.js';
import { GracefulShutdown } from './graceful-shutdown.js';
import { type FastPath, type ServerContext, withFastPath } from './fast-path.js';
import { sendProblem } from '../problem/problem.filter.js';
import { resolveRequestId } from './request-id.js';
import { handleClientError } from './client-error.js';

export interface HttpAdapterOptions {
  /** Called once an answer has left. */
  readonly onResponse: (request: AccessLogEntry) => void;
  /** From when it is true, each answer asks for the end of its connection, so that none is in use when they are all closed. */
  readonly isDraining?: () => boolean;
  /** How long a request may take to arrive, its body included; its head a minute, and while closing five seconds at most. */
  readonly requestTimeoutMs?: number;
}

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
const trustedProxies = 'loopback, linklocal, uniquelocal';
const maxPathParameterLength = 400;
/** As Fastify has it: longer than load balancers keep a connection, which are to be the ones that end it. */
const keepAliveTimeoutMs = 72_000;
/** As Node has it. */
const maxHeadersTimeoutMs = 60_000;

const fastifyOptions = {
  bodyLimit: defaultBodyLimitBytes,
  logger: false,
  trustProxy: trustedProxies,
  frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
    sendProblem(error, request.id, reply);
  },
  routerOptions: { maxParamLength: maxPathParameterLength },
  forceCloseConnections: 'idle',
  // What still arrives while closing, on connections that were kept alive, is answered.
  return503OnClosing: false,
  genReqId: ({ headers }: IncomingMessage) => resolveRequestId(headers),
} as const;

/** Fastify as Attune runs it: request ids, body limits, security headers; and in front of it, what is prepared. */
export async function createHttpAdapter({
  onResponse,
  isDraining = () => false,
  requestTimeoutMs = 300_000,
}: HttpAdapterOptions): Promise<FastifyAdapter> {
  const shutdown = new GracefulShutdown(isDraining, requestTimeoutMs);
  const fastPaths = new Map<string, FastPath>();
  const context = { fastPaths, securityHeaders, shutdown, onResponse };
  const serverFactory = (next: RequestListener): Server => createHttpServer(next, context, requestTimeoutMs);
  const clientErrorHandler = (error: Error, socket: Socket): void =>
    handleClientError(error, socket, context);
  const adapter = new FastifyAdapter({ ...fastifyOptions, serverFactory, clientErrorHandler });
  const server = adapter.getInstance<FastifyInstance>();
  server.decorate('fastPaths', fastPaths);
  server.decorate('registerFastPath', (path, fastPath) => void fastPaths.set(path, fastPath));
  await registerBodyParsers(server);
  addMethodLookup(server);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
    if (shutdown.isDraining) reply.header('connection', 'close');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    onResponse(toAccessLogEntry(request, reply));
    done();
  });
  server.addHook('preClose', () => shutdown.drain());
  server.addHook('onClose', async () => shutdown.clearTimers());
  return adapter;
}

function createHttpServer(next: RequestListener, context: ServerContext, requestTimeoutMs: number): Server {
  const timeouts = {
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, maxHeadersTimeoutMs),
    connectionsCheckingInterval: Math.min(requestTimeoutMs / 4, 30_000),
  };
  const { shutdown } = context;
  const server = createServer(timeouts, withFastPath(shutdown.trackRequests(next), context));
  return server.on('connection', (socket: Socket) => shutdown.trackConnection(socket));
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that some route takes at this path. */
    methodsAt(path: string): string[];
    /** By path, without a query string. */
    readonly fastPaths: ReadonlyMap<string, FastPath>;
    /** Has a `GET` of this path answered without its route for as long as there is an answer prepared. */
    registerFastPath(path: string, answers: FastPath): void;
  }

  interface FastifyRequest {
    /** What a route wants the access log to tell of its request. Free of secrets and of what people wrote. */
    logFields?: Readonly<Record<string, unknown>>;
  }
}

const supportedMethods: HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Fastify itself cannot tell a path that other methods know from one that nobody knows. */
function addMethodLookup(server: FastifyInstance): void {
  const router = findMyWay({ maxParamLength: maxPathParameterLength });
  server.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return;
    for (const routeMethod of [method].flat() as HTTPMethod[]) {
      if (!router.hasRoute(routeMethod, url)) router.on(routeMethod, url, () => undefined);
    }
  });
  server.decorate('methodsAt', (path) =>
    supportedMethods.filter((method) => router.find(method, path) !== null),
  );
}
