import { type IncomingMessage, type RequestListener, type Server, createServer } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessLogEntry, toAccessLogEntry } from '../observation/access-log-entry.js';
import { addAccessHook } from '../access/access-control.js';
import { defaultBodyLimitBytes, registerBodyParsers, watchBodies } from '../body/body-parsers.js';
import { UploadWatch } from '../body/upload-watch.js';
import { onRequestEnd } from '../observation/request-end.js';
import { addRequestTraces } from '../observation/request-traces.js';
import { addLocatedResponses } from '../response/located-response.js';
import { GracefulShutdown } from './graceful-shutdown.js';
import { type FastPath, type ServerContext, withFastPath } from './fast-path.js';
import { sendProblem } from '../problem/problem.filter.js';
import { resolveRequestId } from './request-id.js';
import { addCors } from './cors.js';
import { addPublicUrl } from './public-url.js';
import { refuseAmbiguousRequests } from './refuse-ambiguous-requests.js';
import { limitPipelining } from './limit-pipelining.js';
import { addRouteLookup, maxPathParameterLength } from './route-lookup.js';
import { handleClientError, requestTimeoutError } from './client-error.js';
import { refuseUnknownRoutes } from './unknown-routes.js';

/** What the application gives to the HTTP server. */
export interface HttpAdapterOptions {
  /** Called once for each request, after its response was sent or its connection was closed. */
  readonly onResponse: (request: AccessLogEntry) => void;
  /** While it returns true, each response has `Connection: close`, so that no connection is in use when the server closes. Default: never. */
  readonly isDraining?: () => boolean;
  /**
   * How long a request may take to arrive, in milliseconds; 300,000 by default. Its headers may take at most a minute of it, and a
   * request that still arrives while the server closes at most five seconds.
   */
  readonly requestTimeoutMs?: number;
  /** How long a body may bring no byte while the server reads it, in milliseconds; 10,000 by default. */
  readonly stallTimeoutMs?: number;
  /**
   * Whose `X-Forwarded-For`, `-Proto` and `-Host` are believed: addresses, networks such as `10.0.0.0/8`, `loopback`, `linklocal` and
   * `uniquelocal`. Default: loopback.
   */
  readonly trustedProxies?: readonly string[];
  /** The routes whose requests are recorded as spans; null is a path without a route. Default: traces are off. */
  readonly isTraced?: (route: string | null) => boolean;
  /** The origins whose pages may call the routes, such as `https://app.example`. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Where people reach the service, such as `https://attune.example`. Default: what each request says. */
  readonly publicUrl?: string | null;
}

/** Sent with every response. The API pages contain inline styles. */
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
/** Fastify's default. Load balancers keep a connection for less time, so they close it and the server does not. */
const keepAliveTimeoutMs = 72_000;
/** Node's default. */
const maxHeadersTimeoutMs = 60_000;

const fastifyOptions = {
  bodyLimit: defaultBodyLimitBytes,
  logger: false,
  routerOptions: { maxParamLength: maxPathParameterLength },
  forceCloseConnections: 'idle',
  // A request that arrives on a kept connection while the server closes is still answered.
  return503OnClosing: false,
  genReqId: ({ headers }: IncomingMessage) => resolveRequestId(headers),
} as const;

/**
 * Fastify as Attune runs it, for `NestFactory.create`: request ids, body limits, security headers, an access log entry for each
 * request, a graceful shutdown; and fast paths, which answer before Fastify sees the request.
 *
 * ```ts
 * const adapter = await createHttpAdapter({ onResponse: ({ status }) => console.log(status) });
 * ```
 */
export async function createHttpAdapter({
  onResponse,
  isDraining = () => false,
  requestTimeoutMs = 300_000,
  stallTimeoutMs,
  trustedProxies = ['loopback'],
  corsOrigins = [],
  publicUrl = null,
  isTraced,
}: HttpAdapterOptions): Promise<FastifyAdapter> {
  const shutdown = new GracefulShutdown(isDraining, requestTimeoutMs);
  const fastPaths = new Map<string, FastPath>();
  const commonHeaders = corsOrigins.length > 0 ? { ...securityHeaders, vary: 'Origin' } : securityHeaders;
  const refused = new WeakSet<Socket>();
  const context: ServerContext = { fastPaths, commonHeaders, shutdown, refused, onResponse };
  const serverFactory = (next: RequestListener): Server => createHttpServer(next, context, requestTimeoutMs);
  const adapter = new FastifyAdapter({
    ...fastifyOptions,
    frameworkErrors: refuseUnreadableAddress(commonHeaders),
    trustProxy: [...trustedProxies],
    serverFactory,
    clientErrorHandler: (error: Error, socket: Socket) => handleClientError(error, socket, context),
  });
  const server = adapter.getInstance<FastifyInstance>();
  const cut = (socket: Socket): void => handleClientError(requestTimeoutError(), socket, context);
  const uploads = new UploadWatch(cut, stallTimeoutMs);
  addPublicUrl(server, publicUrl, new Set(corsOrigins));
  addCommonHooks(server, context);
  if (isTraced !== undefined) addRequestTraces(server, isTraced);
  addRouteLookup(server);
  // In this order: a body is read only of a request whose route exists and whose sender may call it.
  watchBodies(server, uploads);
  refuseAmbiguousRequests(server);
  addCors(server);
  refuseUnknownRoutes(server);
  addAccessHook(server);
  await registerBodyParsers(server);
  addLocatedResponses(server);
  return adapter;
}

/** What other libraries ask of the server, and what is the same for every request. */
function addCommonHooks(
  server: FastifyInstance,
  { fastPaths, commonHeaders, shutdown, refused, onResponse }: ServerContext,
): void {
  server.decorate('isDraining', () => shutdown.isDraining);
  server.decorate('fastPaths', fastPaths);
  server.decorate('registerFastPath', (path, fastPath) => void fastPaths.set(path, fastPath));
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(commonHeaders).header('x-request-id', request.id);
    if (shutdown.isDraining) reply.header('connection', 'close');
    done();
  });
  onRequestEnd(server, (request, end) => {
    if (!end.isDisconnected || !refused.has(request.raw.socket)) onResponse(toAccessLogEntry(request, end));
  });
  server.addHook('preClose', () => shutdown.drain(server.server));
  server.addHook('onClose', async () => shutdown.clearTimers());
}

/** No hook runs for an address that cannot be read. */
function refuseUnreadableAddress(headers: Readonly<Record<string, string>>) {
  return (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    sendProblem(error, request.id, reply.headers(headers));
  };
}

function createHttpServer(next: RequestListener, context: ServerContext, requestTimeoutMs: number): Server {
  const timeouts = {
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, maxHeadersTimeoutMs),
    connectionsCheckingInterval: Math.min(requestTimeoutMs / 4, 30_000),
    // Node would take the first of several and ignore the others.
    joinDuplicateHeaders: true,
    // `refuseAmbiguousRequests` answers with a problem.
    requireHostHeader: false,
  };
  const { shutdown } = context;
  const answer = withFastPath(shutdown.trackRequests(next), context);
  const server = createServer(timeouts, limitPipelining(shutdown.refuseReadsWhileLeaving(answer)));
  // RFC 9110 §10.1.1 allows to ignore what is expected. Node would answer 417 without a problem.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server.on('connection', (socket: Socket) => shutdown.trackConnection(socket));
}

declare module 'fastify' {
  interface FastifyInstance {
    /** True once the replica is about to end: it still answers, and responses that stay open should end soon. */
    isDraining(): boolean;
    /** By path, without a query string. */
    readonly fastPaths: ReadonlyMap<string, FastPath>;
    /** A `GET` of exactly this path gets the prepared response whenever the fast path has one, and its route does not run. */
    registerFastPath(path: string, fastPath: FastPath): void;
  }

  interface FastifyRequest {
    /** Facts that a route adds to its line in the access log. They contain no secrets and no text that users wrote. */
    logFields?: Readonly<Record<string, unknown>>;
    /** The trace of the request, if there is one and it is kept. */
    traceId?: string;
  }
}
