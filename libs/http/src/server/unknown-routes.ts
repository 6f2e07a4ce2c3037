import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noRouteError } from '../problem/problem.filter.js';
import { acceptedType } from '../response/accepted-type.js';

/** Makes the page for an address that does not exist, and may set headers; null for a path that is no page's. */
type NotFoundPage = (path: string, reply: FastifyReply) => string | null;

declare module 'fastify' {
  interface FastifyInstance {
    /** A browser that opens an address without a route gets this page with the status 404, instead of a problem document. */
    registerNotFoundPage(page: NotFoundPage): void;
  }
}

/** Before Fastify would read the body. */
export function refuseUnknownRoutes(server: FastifyInstance): void {
  let notFoundPage: NotFoundPage | null = null;
  server.decorate('registerNotFoundPage', (page) => void (notFoundPage = page));
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?')[0]!;
    const page = wantsPage(request, path) ? (notFoundPage?.(path, reply) ?? null) : null;
    if (page === null) return done(noRouteError(request));
    void reply.code(404).send(page);
  });
}

/** A path that exists with other methods is no page. */
function wantsPage({ method, headers, server }: FastifyRequest, path: string): boolean {
  const isBrowser = acceptedType(headers.accept, ['text/html']) !== null;
  return method === 'GET' && isBrowser && server.methodsAt(path).length === 0;
}
