import { isLoopbackHost } from '#http';
import { ForbiddenError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The browser sends a cookie of this name only to this host over https, and no other host can set it. */
const secureName = '__Host-attune';
const loopbackName = 'attune';

/** What is to be stored in the browser. */
interface StoredSession {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * The token of the request's session, undefined if it has none. The cookie without `Secure` counts only over plain http on this machine: a
 * page of a neighbouring host can set it, too.
 */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined) return undefined;
  const secure = valueOf(cookie, secureName);
  return secure === undefined && isPlainLoopback(request) ? valueOf(cookie, loopbackName) : secure;
}

/** Stores the session in the browser, as `__Host-attune`; as `attune` over plain http on this machine. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, session: StoredSession): void {
  const maxAgeS = Math.max(0, Math.floor((session.expiresAt - Date.now()) / 1000));
  void reply.header('set-cookie', formatCookie(nameFor(request), session.token, maxAgeS));
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
  const { cookie = '' } = request.headers;
  for (const name of [secureName, loopbackName])
    if (valueOf(cookie, name) !== undefined) void reply.header('set-cookie', formatCookie(name, '', 0));
}

/** A page of an https address may reach the service as a plain loopback host, through a proxy that forwards neither protocol nor host. */
function nameFor(request: FastifyRequest): string {
  const isPageSecure = request.headers.origin?.startsWith('https:') === true;
  return isPlainLoopback(request) && !isPageSecure ? loopbackName : secureName;
}

function isPlainLoopback({ protocol, hostname }: FastifyRequest): boolean {
  return protocol === 'http' && isLoopbackHost(hostname);
}

function formatCookie(name: string, value: string, maxAgeS: number): string {
  const secure = name === secureName ? ' Secure;' : '';
  return `${name}=${value}; Max-Age=${maxAgeS}; Path=/;${secure} HttpOnly; SameSite=Strict`;
}

function valueOf(cookies: string, wanted: string): string | undefined {
  for (const pair of cookies.split(';')) {
    const [name = '', ...value] = pair.split('=');
    if (name.trim() === wanted) return value.join('=').trim();
  }
  return undefined;
}
