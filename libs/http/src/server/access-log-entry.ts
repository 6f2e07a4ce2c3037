import type { FastifyReply, FastifyRequest } from 'fastify';

/** What the access log tells of a request and its answer. */
export interface AccessLogEntry extends Pick<FastifyRequest, 'id' | 'method'> {
  /** Absent where nobody knows who asks. */
  readonly principal: FastifyRequest['principal'] | undefined;
  /** The route's pattern; null for none. */
  readonly route: string | null;
  /** As it was sent; whether it arrived is not known. */
  readonly status: number;
  /** From the request's head to the end of its answer. */
  readonly ms: number;
  /** What its route wants to be told of it. */
  readonly logFields: FastifyRequest['logFields'] | undefined;
}

export function toAccessLogEntry(request: FastifyRequest, reply: FastifyReply): AccessLogEntry {
  const { id, method, routeOptions, principal, logFields } = request;
  const { statusCode: status, elapsedTime: ms } = reply;
  return { id, method, principal, route: routeOptions.url ?? null, status, ms, logFields };
}
