import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AddRouteConfig } from '../access/route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Pages of every origin may read the answers of this route. */
    readonly isOpenToAllOrigins?: true;
  }
}

/** Pages of every origin may read the answers of the route, which must be public. Other routes follow `CORS_ORIGINS`. */
export const OpenToAllOrigins = (): MethodDecorator => AddRouteConfig({ isOpenToAllOrigins: true });

const requestHeaders = [
  'Authorization',
  'X-API-Key',
  'Api-Key',
  'Content-Type',
  'Accept',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'X-Request-Id',
  'Attune-Min-Config-Version',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
];
/** OpenAI's libraries add headers of these names to each request. Nothing reads them. */
const libraryHeader = /^(x-stainless|openai)-[a-z-]{1,40}$/;
const responseHeaders = [
  'ETag',
  'Location',
  'Link',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'WWW-Authenticate',
  'X-Request-Id',
  'Attune-Config-Version',
  'Attune-Config-Source',
  'Deprecation',
  'Fetch-Mode',
  'X-Should-Retry',
].join(', ');
const preflightMaxAgeS = 600;

/**
 * Cross-origin resource sharing: lets pages of these origins call the routes and read the answers, without cookies. A preflight is
 * answered here; one from another origin gets the answer to any other `OPTIONS`, and the browser refuses.
 */
export function addCors(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const allowed = allowedOrigin(request);
    if (allowed === null) return done();
    reply.headers({
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': responseHeaders,
      'cross-origin-resource-policy': 'cross-origin',
    });
    if (isPreflight(request)) sendPreflight(request, reply);
    else done();
  });
}

function allowedOrigin({ url, server, headers: { origin } }: FastifyRequest): string | null {
  if (origin === undefined) return null;
  if (server.corsOrigins.has(origin)) return origin;
  return server.isOpenToAllOrigins(pathOf(url)) ? '*' : null;
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function sendPreflight({ url, server, headers }: FastifyRequest, reply: FastifyReply): void {
  const requested = headers['access-control-request-headers']?.split(/\s*,\s*/) ?? [];
  void reply
    .code(204)
    .headers({
      'access-control-allow-methods': server.methodsAt(pathOf(url)).join(', '),
      'access-control-allow-headers': [
        ...requestHeaders,
        ...requested.filter((name) => libraryHeader.test(name)),
      ].join(', '),
      'access-control-max-age': String(preflightMaxAgeS),
    })
    .send();
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '/';
}
