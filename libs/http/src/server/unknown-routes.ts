import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noRouteError } from '../problem/problem.filter.js';
import { acceptedType } from '../response/accepted-type.js';

/** Makes the page for an address that does not exist, and may set headers. */
type NotFoundPage = (reply: FastifyReply) => string;

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
    if (request.is404 && notFoundPage !== null && wantsPage(request))
      return void reply.code(404).send(notFoundPage(reply));
    return done(request.is404 ? noRouteError(request) : undefined);
  });
}

/** The addresses below `/v1/` are those of the API, for a browser, too. */
function wantsPage({ method, url, headers, server }: FastifyRequest): boolean {
  const path = url.split('?')[0]!;
  const isOfApi = /^\/v1(\/|$)/.test(path) || server.methodsAt(path).length > 0;
  return method === 'GET' && !isOfApi && acceptedType(headers.accept, ['text/html']) !== null;
}
