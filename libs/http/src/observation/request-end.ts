import type { FastifyInstance, FastifyRequest } from 'fastify';

/** nginx's status of a request whose client left before the response began. Nobody receives it. */
const clientLeftStatus = 499;

/** How a request ended. */
export interface RequestEnd {
  /** The status that was sent; 499 if the connection closed before any was. */
  readonly status: number;
  /** Milliseconds from the headers of the request to the end of the response or of the connection. */
  readonly ms: number;
  /** True if the connection closed before the whole response was sent. */
  readonly isDisconnected: boolean;
}

/**
 * Calls `listener` once for each request, when its response was sent or its connection has closed. Fastify's own `onResponse` hook does
 * not run for a client that leaves.
 */
export function onRequestEnd(
  server: FastifyInstance,
  listener: (request: FastifyRequest, end: RequestEnd) => void,
): void {
  server.addHook('onRequest', (request, { raw }, done) => {
    const startedAt = performance.now();
    let isSent = false;
    raw.once('finish', () => (isSent = true));
    raw.once('close', () => {
      const status = raw.headersSent ? raw.statusCode : clientLeftStatus;
      listener(request, { status, ms: performance.now() - startedAt, isDisconnected: !isSent });
    });
    done();
  });
}
