import type { IncomingHttpHeaders } from 'node:http';
import { ForbiddenError } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type DeclaredAccess,
  type RequiredAccess,
  requiredRole,
  tenantIdInPath,
} from './access.decorators.js';

/**
 * Decides whether the sender of a request may call its route, and sets `request.principal`. It runs before the body is read, so that a
 * body costs nothing until its sender is known. It returns a promise only if it has to wait. Here only the place of the decision is known;
 * `AccessControlService` of libs/tenancy decides.
 *
 * @throws DomainError that refuses the request.
 */
type AccessControl = (request: FastifyRequest, required: RequiredAccess) => void | Promise<void>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route declares with `@Access`; absent on routes that are not Attune's own, such as the API pages. */
    readonly access?: DeclaredAccess;
    /** A header of another protocol that may carry the API key. */
    readonly keyHeader?: string;
  }

  interface FastifyInstance {
    /** Until this was called, every route that needs a role refuses its callers. */
    registerAccessControl(control: AccessControl): void;
    /** Lets requests to this route through without a role if their headers are accepted, for example by a token of its own. */
    registerAccessException(path: string, accepts: (headers: IncomingHttpHeaders) => boolean): void;
  }
}

/** What the route of a request needs of its caller; null for a public route. */
export function requiredAccessOf(request: FastifyRequest): RequiredAccess | null {
  const { access } = request.routeOptions.config;
  const role = requiredRole(access?.role, tenantIdInPath(request) !== undefined);
  return role === undefined || role === 'public' ? null : { ...access!, role };
}

/** Adds the hook that asks the registered access control, and the method that registers it. */
export function addAccessHook(server: FastifyInstance): void {
  let decide: AccessControl = refuse;
  const exceptions = new Map<string, (headers: IncomingHttpHeaders) => boolean>();
  server.decorate('registerAccessControl', (control) => {
    decide = control;
  });
  server.decorate('registerAccessException', (path, accepts) => void exceptions.set(path, accepts));
  server.addHook('onRequest', async (request) => {
    const required = requiredAccessOf(request);
    if (required === null) return;
    const { url = '' } = request.routeOptions;
    if (!exceptions.get(url)?.(request.headers)) await decide(request, required);
  });
}

function refuse(): never {
  throw new ForbiddenError('This route needs a role, and no access control is registered.');
}
