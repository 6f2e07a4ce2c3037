import type { FastifyRequest } from 'fastify';
import type { RequestEnd } from './request-end.js';

/** A request and its response, for the access log. */
export interface AccessLogEntry extends Pick<FastifyRequest, 'id' | 'method'>, RequestEnd {
  /** Undefined on public routes and for a request without a valid credential. */
  readonly principal: FastifyRequest['principal'] | undefined;
  /** The pattern of the route; null if there is no such route. */
  readonly route: string | null;
  /** The trace of the request, if there is one and it is kept. */
  readonly traceId: string | undefined;
  /** Facts that the route added. */
  readonly logFields: FastifyRequest['logFields'] | undefined;
}

export function toAccessLogEntry(request: FastifyRequest, end: RequestEnd): AccessLogEntry {
  const { id, method, routeOptions, principal, traceId, logFields } = request;
  const { status, ms, isDisconnected } = end;
  return {
    id,
    method,
    principal,
    route: routeOptions.url ?? null,
    status,
    ms,
    isDisconnected,
    traceId,
    logFields,
  };
}
