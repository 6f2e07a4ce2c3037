import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ForbiddenError, TenantSuspendedError } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { TenantReader } from '../tenants/tenant-reader.js';
import {
  type DeclaredRole,
  type RoleByPrefix,
  accessMetadataKey,
  requestOf,
  tenantIdInPath,
} from '../access/access.decorators.js';
import { type Authenticated, Authenticator } from './authenticator.js';
import type { Role } from '../access/principal.js';
import type { Tenant } from '../tenants/tenant.js';

/**
 * Checks each request in this order: the credential (401), its role (403), whether its tenant is active (403), and whether the
 * tenant that a platform route names exists (404). Answers synchronously for a credential that it has checked before.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly tenants: TenantReader,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const handler = context.getHandler();
    const declaredRole = this.reflector.get<DeclaredRole | undefined>(accessMetadataKey, handler);
    if (declaredRole === 'public') return true;
    const request = requestOf(context);
    const requiredRole = roleForPrefix(declaredRole, request);
    const authenticated = this.authenticator.authenticate(request.headers.authorization);
    if (authenticated instanceof Promise)
      return authenticated.then((verified) => this.authorize(request, verified, requiredRole));
    return this.authorize(request, authenticated, requiredRole);
  }

  private authorize(
    request: FastifyRequest,
    { principal, tenant }: Authenticated,
    requiredRole: Role | undefined,
  ): boolean | Promise<boolean> {
    request.principal = principal;
    assertRole(principal.role, requiredRole);
    if (tenant !== null) assertNotSuspended(tenant, request.method);
    const pathTenantId = tenant === null ? tenantIdInPath(request) : undefined;
    return pathTenantId === undefined || this.tenants.get(pathTenantId).then(() => true);
  }
}

/** A route that is served under two prefixes requires the platform's role where the path names the tenant. */
function roleForPrefix(role: Role | RoleByPrefix | undefined, request: FastifyRequest): Role | undefined {
  if (typeof role !== 'object') return role;
  return tenantIdInPath(request) === undefined ? role.tenant : role.platform;
}

function assertRole(role: Role, requiredRole: Role | undefined): void {
  if (isRoleSufficient(role, requiredRole)) return;
  if (requiredRole === undefined) throw new ForbiddenError('This route declares no role and is closed.');
  throw new ForbiddenError(`This route requires the role ${requiredRole}; the credential has ${role}.`);
}

function assertNotSuspended({ status }: Tenant, method: string): void {
  if (status === 'active' || method === 'GET' || method === 'HEAD') return;
  throw new TenantSuspendedError();
}

function isRoleSufficient(role: Role, requiredRole: Role | undefined): boolean {
  if (requiredRole === undefined) return false;
  return role === requiredRole || (role === 'tenant_admin' && requiredRole === 'member');
}
