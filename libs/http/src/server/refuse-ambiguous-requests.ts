import type { IncomingMessage } from 'node:http';
import { InvalidInputError } from '#kernel';
import type { FastifyInstance } from 'fastify';

/**
 * Refuses requests that two servers could understand in two ways: with several `Host` headers or none, and in a version of HTTP before 1.0,
 * which has no headers. Several `Authorization` headers are joined by Node to one that is no credential.
 */
export function refuseAmbiguousRequests(server: FastifyInstance): void {
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    const message = findAmbiguity(raw);
    done(message === null ? undefined : new InvalidInputError([{ field: '', rule: 'type', message }]));
  });
}

/** What is ambiguous in the request, or null. */
export function findAmbiguity({
  httpVersionMajor,
  httpVersionMinor,
  headers,
}: IncomingMessage): string | null {
  if (httpVersionMajor < 1) return 'The request has no version of HTTP; send HTTP/1.1.';
  const { host } = headers;
  if (host === undefined && httpVersionMinor > 0) return 'The request has no Host header.';
  // Node joins several with a comma, which no name of a host contains.
  if (host?.includes(',')) return 'The request has more than one Host header.';
  return null;
}
