import { isIP } from 'node:net';
import { type ExecutionContext, applyDecorators, createParamDecorator } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AddRouteConfig, routeConfigOf } from './route-config.js';
import type { Principal, Role, Scope } from './principal.js';

/** The roles of a route that is served under two prefixes: for the credential's tenant, and for the tenant in the path. */
interface RoleByPrefix {
  readonly tenant: 'member' | 'tenant_admin';
  readonly platform: 'platform_admin';
}

/** The role that a caller needs; `public` needs no credential, `any` needs a valid one of any role. */
export type RequiredRole = Role | 'public' | 'any';

/** The role that a route declares with `@Access`. */
export type DeclaredRole = RequiredRole | RoleByPrefix;

interface AccessOptions {
  /** A key that is restricted to scopes needs one of these. Without any, no such key may call the route. */
  readonly scope?: Scope | readonly Scope[];
  /** True for a POST that changes nothing and asks no model: suspended tenants may call it. */
  readonly onlyReads?: boolean;
}

/** What a route declares with `@Access`. */
export interface DeclaredAccess {
  readonly role: DeclaredRole;
  readonly scopes: readonly Scope[];
  readonly onlyReads: boolean;
}

/** What a request needs: what its route declares, with the role for its prefix. */
export interface RequiredAccess extends DeclaredAccess {
  readonly role: RequiredRole;
}

/**
 * Declares the lowest role that may call a route, and the scopes that open it to restricted keys. `tenant_admin` includes `member`;
 * `platform_admin` includes neither. A route without a declaration stops the start of the service.
 *
 * ```ts
 * class LimitsController {
 *   @Access({ tenant: 'tenant_admin', platform: 'platform_admin' }, { scope: 'config:read' })
 *   get(@CurrentTenant() tenantId: string): string {
 *     return tenantId;
 *   }
 * }
 * ```
 */
export function Access(
  role: DeclaredRole,
  { scope = [], onlyReads = false }: AccessOptions = {},
): MethodDecorator {
  const scopes = [scope].flat();
  return applyDecorators(
    AddRouteConfig({ access: { role, scopes, onlyReads } }),
    ApiExtension('x-attune-role', role),
    ApiExtension('x-attune-scopes', scopes),
    ApiExtension('x-attune-only-reads', onlyReads),
  );
}

/** The API key may also come in this header, in addition to `Authorization` and `X-API-Key`. `name` is in lower case. */
export const AcceptKeyHeader = (name: string): MethodDecorator => AddRouteConfig({ keyHeader: name });

/** The role that `@Access` declared for this handler; undefined where it declared nothing. */
export function declaredRoleOf(handler: object): DeclaredRole | undefined {
  return routeConfigOf(handler)?.access?.role;
}

/** The role that a declaration requires: of a route with two prefixes, the platform's where the path names the tenant. */
export function requiredRole(
  declared: DeclaredRole | undefined,
  isTenantInPath: boolean,
): RequiredRole | undefined {
  if (typeof declared !== 'object') return declared;
  return isTenantInPath ? declared.platform : declared.tenant;
}

/** The parameter receives the caller, with its address. A public route has none, and fails with an error. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  principalOf(requestOf(context)),
);

/**
 * The parameter receives a tenant's id: of the credential, or on a platform route the one in the path (`:tenant_id`). The access control
 * has checked that the tenant exists.
 */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = requestOf(context);
  return tenantIdOf(request, requirePrincipal(request));
});

/** The Fastify request that Nest is handling. */
function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/**
 * The caller, with its address and the id of the request.
 *
 * @throws Error on a public route, which has no caller.
 */
export function principalOf(request: FastifyRequest): Principal {
  return { ...requirePrincipal(request), address: addressOf(request), requestId: request.id };
}

/**
 * The client's address. If a proxy forwards an address that is not an IP address, the proxy's own address counts. An IPv4 address is
 * written as such, also on a socket that takes IPv6 too (`::ffff:10.1.2.3`).
 */
export function addressOf({ ip, socket }: FastifyRequest): string {
  const address = isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function requirePrincipal({ principal, url }: FastifyRequest): Principal {
  if (!principal) throw new Error(`${url} asks for a principal but is declared public`);
  return principal;
}

/** The tenant in the path of a platform route; undefined on a route without `:tenant_id`. */
export function tenantIdInPath({ params }: FastifyRequest): string | undefined {
  return (params as Record<string, string | undefined> | undefined)?.['tenant_id'];
}

/** The tenant that a request is about: the credential's, or the one in the path; null when there is none. */
export function tenantIdOfRequest(request: FastifyRequest): string | null {
  const { principal } = request;
  return principal === undefined ? null : (principal.tenantId ?? tenantIdInPath(request) ?? null);
}

/**
 * The caller, and the tenant that the request is about: the credential's own, or the one in the path.
 *
 * @throws Error on a public route, and on a platform route without `:tenant_id`.
 */
export function authorAndTenantOf(request: FastifyRequest): { tenantId: string; author: Principal } {
  const author = principalOf(request);
  return { author, tenantId: tenantIdOf(request, author) };
}

function tenantIdOf(request: FastifyRequest, { tenantId }: Principal): string {
  return tenantId ?? tenantIdInPath(request) ?? throwMissingTenantId();
}

function throwMissingTenantId(): never {
  throw new Error('A platform route asks for a tenant but its path has no tenant_id');
}
