import { type IncomingMessage, type RequestListener, type Server, createServer } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { type AnsweredRequest, answeredRequest } from './answered-request.js';
import { bodyLimit, readBodies } from './bodies.js';
import { Ending } from './ending.js';
import { type PreparedAnswers, type Sending, preparedOr } from './prepared-answers.js';
import { sendProblem } from './problem/problem.filter.js';
import { requestIdOf } from './request-id.js';
import { refuseUnreadable } from './unreadable.js';

export interface HostOptions {
  /** Called once an answer has left. */
  readonly onAnswered: (request: AnsweredRequest) => void;
  /** From when it is true, each answer asks for the end of its connection, so that none is in use when they are all closed. */
  readonly isDraining?: () => boolean;
  /** How long a request may take to arrive, its body included; its head a minute, and while closing five seconds at most. */
  readonly arrivalMs?: number;
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
const ownNetwork = 'loopback, linklocal, uniquelocal';
const maxParamLength = 400;
/** As Fastify has it: longer than load balancers keep a connection, which are to be the ones that end it. */
const keepAliveMs = 72_000;
/** As Node has it. */
const headMs = 60_000;

const fastifyOptions = {
  bodyLimit,
  logger: false,
  trustProxy: ownNetwork,
  frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
    sendProblem(error, request.id, reply);
  },
  routerOptions: { maxParamLength },
  forceCloseConnections: 'idle',
  // What still arrives while closing, on connections that were kept alive, is answered.
  return503OnClosing: false,
  genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers),
} as const;

/** Fastify as Attune runs it: request ids, body limits, security headers; and in front of it, what is prepared. */
export async function createHost({
  onAnswered,
  isDraining = () => false,
  arrivalMs = 300_000,
}: HostOptions): Promise<FastifyAdapter> {
  const ending = new Ending(isDraining, arrivalMs);
  const answers = new Map<string, PreparedAnswers>();
  const sending = { answers, headers: securityHeaders, ending, onAnswered };
  const serverFactory = (routes: RequestListener): Server => listenerOf(routes, sending, arrivalMs);
  const clientErrorHandler = (error: Error, socket: Socket): void => refuseUnreadable(error, socket, sending);
  const adapter = new FastifyAdapter({ ...fastifyOptions, serverFactory, clientErrorHandler });
  const server = adapter.getInstance<FastifyInstance>();
  server.decorate('prepare', (path, prepared) => void answers.set(path, prepared));
  await readBodies(server);
  rememberRoutes(server);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
    if (ending.hasBegun) reply.header('connection', 'close');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    onAnswered(answeredRequest(request, reply));
    done();
  });
  server.addHook('preClose', () => ending.begin());
  server.addHook('onClose', async () => ending.end());
  return adapter;
}

function listenerOf(routes: RequestListener, sending: Sending, arrivalMs: number): Server {
  const times = {
    keepAliveTimeout: keepAliveMs,
    requestTimeout: arrivalMs,
    headersTimeout: Math.min(arrivalMs, headMs),
    connectionsCheckingInterval: Math.min(arrivalMs / 4, 30_000),
  };
  const { ending } = sending;
  const server = createServer(times, preparedOr(ending.watching(routes), sending));
  return server.on('connection', (socket: Socket) => ending.connected(socket));
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that some route takes at this path. */
    methodsAt(path: string): string[];
    /** Has a `GET` of this path answered without its route for as long as there is an answer prepared. */
    prepare(path: string, answers: PreparedAnswers): void;
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
