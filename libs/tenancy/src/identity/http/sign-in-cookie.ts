import type { FastifyReply, FastifyRequest } from 'fastify';
import { clearHostCookie, hostCookieOf, setHostCookie } from '../../sessions/host-cookie.js';
import { signInTimeoutMs } from '../flow/transaction.js';

const name = 'attune-sign-in';

/** What the browser carries between the steps of a sign-in. */
export function signInCookieOf(request: FastifyRequest): string | undefined {
  return hostCookieOf(request, name);
}

/** `Lax`, because the browser comes back from another site. */
export function setSignInCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  setHostCookie(request, reply, { name, value, maxAgeS: signInTimeoutMs / 1000, sameSite: 'Lax' });
}

export function clearSignInCookie(request: FastifyRequest, reply: FastifyReply): void {
  clearHostCookie(request, reply, name);
}
