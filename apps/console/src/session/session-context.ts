import { createContext, use } from 'react';
import type { Schema } from '../api/operations.js';

/** Who is signed in, as `GET /v1/session` says. */
export type Session = Schema<'SessionResponse'>;

export const SessionContext = createContext<Session | null>(null);

/** @throws Error outside of the signed-in part of the page. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession is for the signed-in part of the page.');
  return session;
}

/** True for the roles that see every tenant. */
export function isPlatformSession({ role }: Session): boolean {
  return role === 'platform_admin' || role === 'platform_reader';
}
