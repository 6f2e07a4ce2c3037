import { isLoopbackHost } from '#http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A cookie of this host alone. */
export interface HostCookie {
  /** Over https, `__Host-` stands in front of it: no other host can set it. */
  readonly name: string;
  readonly value: string;
  readonly maxAgeS: number;
  readonly sameSite: 'Strict' | 'Lax';
}

/**
 * The value of the cookie, undefined if the request has none. The cookie without `Secure` counts only over plain http on this machine: a
 * page of a neighbouring host can set it, too.
 */
export function hostCookieOf(request: FastifyRequest, name: string): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined) return undefined;
  const secure = valueOf(cookie, secureNameOf(name));
  return secure === undefined && isPlainLoopback(request) ? valueOf(cookie, name) : secure;
}

/** Stores the cookie in the browser: with `Secure` but over plain http on this machine. */
export function setHostCookie(request: FastifyRequest, reply: FastifyReply, cookie: HostCookie): void {
  addCookie(reply, cookie, !isPagePlain(request));
}

/** Removes the cookies of this name that the request has. */
export function clearHostCookie(request: FastifyRequest, reply: FastifyReply, name: string): void {
  const { cookie = '' } = request.headers;
  const cleared = { name, value: '', maxAgeS: 0, sameSite: 'Strict' } as const;
  if (valueOf(cookie, secureNameOf(name)) !== undefined) addCookie(reply, cleared, true);
  if (valueOf(cookie, name) !== undefined) addCookie(reply, cleared, false);
}

function addCookie(
  reply: FastifyReply,
  { name, value, maxAgeS, sameSite }: HostCookie,
  isSecure: boolean,
): void {
  const pair = `${isSecure ? secureNameOf(name) : name}=${value}`;
  const flags = `Path=/;${isSecure ? ' Secure;' : ''} HttpOnly; SameSite=${sameSite}`;
  void reply.header('set-cookie', `${pair}; Max-Age=${maxAgeS}; ${flags}`);
}

function secureNameOf(name: string): string {
  return `__Host-${name}`;
}

/** A page of an https address may reach the service as a plain loopback host, through a proxy that forwards neither protocol nor host. */
function isPagePlain(request: FastifyRequest): boolean {
  return isPlainLoopback(request) && request.headers.origin?.startsWith('https:') !== true;
}

function isPlainLoopback({ protocol, hostname }: FastifyRequest): boolean {
  return protocol === 'http' && isLoopbackHost(hostname);
}

function valueOf(cookies: string, wanted: string): string | undefined {
  for (const pair of cookies.split(';')) {
    const [name = '', ...value] = pair.split('=');
    if (name.trim() === wanted) return value.join('=').trim();
  }
  return undefined;
}
