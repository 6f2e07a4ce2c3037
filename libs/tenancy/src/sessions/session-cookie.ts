import { isLoopbackHost } from '#http';
import { ForbiddenError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clearHostCookie, hostCookieOf, setHostCookie } from './host-cookie.js';

const name = 'attune';

/** What is to be stored in the browser. */
interface StoredSession {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The token of the request's session, undefined if it has none. */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  return hostCookieOf(request, name);
}

/** Stores the session in the browser, as `__Host-attune`; as `attune` over plain http on this machine. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, session: StoredSession): void {
  const maxAgeS = Math.max(0, Math.floor((session.expiresAt - Date.now()) / 1000));
  setHostCookie(request, reply, { name, value: session.token, maxAgeS, sameSite: 'Strict' });
}

/**
 * A browser drops the cookie of a page that came over plain http from another machine: a sign-in would seem to work and not hold.
 *
 * @throws ForbiddenError that says so.
 */
export function assertCookieWillBeStored({ protocol, hostname, headers: { origin } }: FastifyRequest): void {
  if (protocol === 'https' || isLoopbackHost(hostname) || origin?.startsWith('http:') !== true) return;
  throw new ForbiddenError(
    `Sessions need https, and this page came over plain http. Put a proxy with TLS in front of the service, or open it as http://localhost on its own machine.`,
  );
}

/** Removes the cookies of sessions that the request has. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  clearHostCookie(request, reply, name);
}
