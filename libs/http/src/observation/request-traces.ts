import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type TraceSpan, attributeNames, noSpan, startServerSpan } from '#telemetry';
import { type RequestEnd, onRequestEnd } from './request-end.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request while traces are on. */
    span?: TraceSpan;
  }
}

/** Makes each request of these routes a span. Prepared responses have none: it would cost them more than their work. */
export function addRequestTraces(server: FastifyInstance, isTraced: (route: string | null) => boolean): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? null;
    if (!isTraced(route)) return done();
    const span = startRequestSpan(request, route);
    request.span = span;
    if (span.traceId !== undefined) request.traceId = span.traceId;
    span.run(done);
  });
  // What reads the body calls back from the connection, which knows of no request.
  server.addHook('preHandler', (request, _reply, done) => (request.span ?? noSpan).run(done));
  onRequestEnd(server, (request, end) => {
    if (request.span !== undefined) endRequestSpan(request.span, request, end);
  });
}

function startRequestSpan({ method, headers, id }: FastifyRequest, route: string | null): TraceSpan {
  const attributes = {
    [attributeNames.httpMethod]: method,
    [attributeNames.requestId]: id,
    ...(route !== null && { [attributeNames.httpRoute]: route }),
  };
  return startServerSpan(headers, { name: route === null ? method : `${method} ${route}`, attributes });
}

function endRequestSpan(span: TraceSpan, { principal }: FastifyRequest, { status }: RequestEnd): void {
  const tenantId = (principal as FastifyRequest['principal'] | undefined)?.tenantId ?? null;
  span.set({
    [attributeNames.httpStatus]: status,
    ...(tenantId !== null && { [attributeNames.tenant]: tenantId }),
  });
  if (status >= 500) span.fail(String(status));
  span.end();
}
