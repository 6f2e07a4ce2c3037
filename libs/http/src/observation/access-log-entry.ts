import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request and its response, for the access log. */
export interface AccessLogEntry extends Pick<FastifyRequest, 'id' | 'method'> {
  /** Undefined on public routes and for a request without a valid credential. */
  readonly principal: FastifyRequest['principal'] | undefined;
  /** The pattern of the route; null if there is no such route. */
  readonly route: string | null;
  /** The status that was sent. Whether the client received it is not known. */
  readonly status: number;
  /** Milliseconds from the headers of the request to the end of the response. */
  readonly ms: number;
  /** The trace of the request, if there is one and it is kept. */
  readonly traceId: string | undefined;
  /** Facts that the route added. */
  readonly logFields: FastifyRequest['logFields'] | undefined;
}

export function toAccessLogEntry(request: FastifyRequest, reply: FastifyReply): AccessLogEntry {
  const { id, method, routeOptions, principal, traceId, logFields } = request;
  const { statusCode: status, elapsedTime: ms } = reply;
  return { id, method, principal, route: routeOptions.url ?? null, status, ms, traceId, logFields };
}
