import { ForbiddenError } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type DeclaredRole, type RequiredRole, requiredRole, tenantIdInPath } from './access.decorators.js';

/**
 * Decides whether the sender of a request may call its route, and sets `request.principal`. It runs before the body is read, so that a
 * body costs nothing until its sender is known. It returns a promise only if it has to wait.
 *
 * @throws DomainError that refuses the request.
 */
type AccessControl = (request: FastifyRequest, required: RequiredRole) => void | Promise<void>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route declares with `@Access`; absent on routes that are not Attune's own, such as the API pages. */
    readonly access?: DeclaredRole;
  }

  interface FastifyInstance {
    /** Until this was called, every route that needs a role refuses its callers. */
    registerAccessControl(control: AccessControl): void;
  }
}

/** Adds the hook that asks the registered access control, and the method that registers it. */
export function addAccessHook(server: FastifyInstance): void {
  let decide: AccessControl = refuse;
  server.decorate('registerAccessControl', (control) => {
    decide = control;
  });
  server.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    const required = requiredRole(access, tenantIdInPath(request) !== undefined);
    if (required !== undefined && required !== 'public') await decide(request, required);
  });
}

function refuse(): never {
  throw new ForbiddenError('This route needs a role, and no access control is registered.');
}
