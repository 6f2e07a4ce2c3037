import { isIP } from 'node:net';
import { type ExecutionContext, SetMetadata, applyDecorators, createParamDecorator } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Principal, Role } from './principal.js';

export const accessMetadataKey = 'attune:access';

/** The roles of a route that is served under two prefixes: for the credential's tenant, and for the tenant that the path names. */
export interface RoleByPrefix {
  readonly tenant: 'member' | 'tenant_admin';
  readonly platform: 'platform_admin';
}

/** The role that a route declares. */
export type DeclaredRole = Role | 'public' | RoleByPrefix;

/**
 * Declares the least role that may call a route. `tenant_admin` includes `member`; `platform_admin` includes neither. A route
 * without a declaration stops the start of the service.
 *
 * ```ts
 * @Access({ tenant: 'tenant_admin', platform: 'platform_admin' })
 * list(@CurrentTenant() tenantId: string) {}
 * ```
 */
export const Access = (role: DeclaredRole): MethodDecorator =>
  applyDecorators(SetMetadata(accessMetadataKey, role), ApiExtension('x-attune-role', role));

export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  principalOf(requestOf(context)),
);

/** The tenant of the credential, or on a platform route the one that the path names; the guard saw that there is one. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = requestOf(context);
  return tenantIdOf(request, requirePrincipal(request));
});

export function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** Who asks, and from where. A forwarded address that is none counts as the address of who forwarded it. */
export function principalOf(request: FastifyRequest): Principal {
  const { ip, socket } = request;
  return { ...requirePrincipal(request), address: isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip };
}

/** @throws Error on a public route, which has none. */
function requirePrincipal({ principal, url }: FastifyRequest): Principal {
  if (!principal) throw new Error(`${url} asks for a principal but is declared public`);
  return principal;
}

/** The tenant that a platform route names; undefined on a route that names none. */
export function tenantIdInPath({ params }: FastifyRequest): string | undefined {
  return (params as Record<string, string | undefined> | undefined)?.['tenant_id'];
}

/** The tenant that a request is about: of the credential, or named in the path; null when there is none. */
export function tenantIdOfRequest(request: FastifyRequest): string | null {
  const { principal } = request;
  return principal === undefined ? null : (principal.tenantId ?? tenantIdInPath(request) ?? null);
}

function throwMissingTenantId(): never {
  throw new Error('A platform route asks for a tenant but its path has no tenant_id');
}

/** Who asks, and for which tenant: the credential's own, or the one that a platform route names. */
export function authorAndTenantOf(request: FastifyRequest): { tenantId: string; author: Principal } {
  const author = principalOf(request);
  return { author, tenantId: tenantIdOf(request, author) };
}

function tenantIdOf(request: FastifyRequest, { tenantId }: Principal): string {
  return tenantId ?? tenantIdInPath(request) ?? throwMissingTenantId();
}
