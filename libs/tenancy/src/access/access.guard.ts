import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ForbiddenError, TenantSuspendedError } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { TenantReader } from '../tenants/tenant-reader.js';
import { accessKey, requestOf, tenantInPath } from './access.js';
import { type Authenticated, Authenticator } from './authenticator.js';
import type { Role } from './principal.js';
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
    const needed = this.reflector.get<Role | 'public' | undefined>(accessKey, context.getHandler());
    if (needed === 'public') return true;
    const request = requestOf(context);
    const known = this.authenticator.authenticate(request.headers.authorization);
    if (known instanceof Promise) return known.then((checked) => this.admit(request, checked, needed));
    return this.admit(request, known, needed);
  }

  private admit(
    request: FastifyRequest,
    { principal, tenant }: Authenticated,
    needed: Role | undefined,
  ): boolean | Promise<boolean> {
    request.principal = principal;
    refuseRole(principal.role, needed);
    if (tenant !== null) refuseSuspended(tenant, request.method);
    const named = tenant === null ? tenantInPath(request) : undefined;
    return named === undefined || this.tenants.get(named).then(() => true);
  }
}

function refuseRole(role: Role, needed: Role | undefined): void {
  if (mayCall(role, needed)) return;
  const message = `This needs the role ${needed ?? 'that nobody has'}; the credential has ${role}.`;
  throw new ForbiddenError(message);
}

function refuseSuspended({ status }: Tenant, method: string): void {
  if (status === 'active' || method === 'GET' || method === 'HEAD') return;
  throw new TenantSuspendedError();
}

function mayCall(role: Role, needed: Role | undefined): boolean {
  if (needed === undefined) return false;
  return role === needed || (role === 'tenant_admin' && needed === 'member');
}
