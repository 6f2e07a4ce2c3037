import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ForbiddenError, TenantSuspendedError } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { TenantReader } from '../tenants/tenant-reader.js';
import { accessMetadataKey, requestOf, tenantIdInPath } from '../access/access.decorators.js';
import { type Authenticated, Authenticator } from './authenticator.js';
import type { Role } from '../access/principal.js';
import type { Tenant } from '../tenants/tenant.js';

/**
 * Lets a request through to its route, or not: who asks (401), whether the role may (403), whether the tenant is active (403),
 * and at last whether the tenant that a platform route names exists (404). Synchronous for a credential that was seen before.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly tenants: TenantReader,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const requiredRole = this.reflector.get<Role | 'public' | undefined>(
      accessMetadataKey,
      context.getHandler(),
    );
    if (requiredRole === 'public') return true;
    const request = requestOf(context);
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

function assertRole(role: Role, requiredRole: Role | undefined): void {
  if (isRoleSufficient(role, requiredRole)) return;
  const message = `This needs the role ${requiredRole ?? 'that nobody has'}; the credential has ${role}.`;
  throw new ForbiddenError(message);
}

function assertNotSuspended({ status }: Tenant, method: string): void {
  if (status === 'active' || method === 'GET' || method === 'HEAD') return;
  throw new TenantSuspendedError();
}

function isRoleSufficient(role: Role, requiredRole: Role | undefined): boolean {
  if (requiredRole === undefined) return false;
  return role === requiredRole || (role === 'tenant_admin' && requiredRole === 'member');
}
