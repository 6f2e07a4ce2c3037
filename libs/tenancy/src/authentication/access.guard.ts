import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type RequiredRole, declaredRoleOf, requestOf, requiredRole, tenantIdInPath } from '#http';
import type { FastifyRequest } from 'fastify';
import { TenantReader } from '../tenants/tenant-reader.js';
import { type Authenticated, Authenticator } from './authenticator.js';
import { assertMayCall } from './may-call.js';

/**
 * Lets a request through to its route, or refuses it: 401 without a valid credential, 403 when the role is too low or a suspended tenant
 * wants more than to read, 404 when the tenant in the path of a platform route does not exist. Synchronous for a cached credential.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly tenants: TenantReader,
  ) {}

  /** @throws DomainError `unauthenticated`, `forbidden`, `tenant-suspended` or `not-found`. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const declared = declaredRoleOf(context.getHandler());
    if (declared === 'public') return true;
    const request = requestOf(context);
    const required = requiredRole(declared, tenantIdInPath(request) !== undefined);
    const caller = this.authenticator.authenticate(request.headers.authorization);
    if (caller instanceof Promise)
      return caller.then((verified) => this.authorize(request, verified, required));
    return this.authorize(request, caller, required);
  }

  private authorize(
    request: FastifyRequest,
    caller: Authenticated,
    required: RequiredRole | undefined,
  ): boolean | Promise<boolean> {
    // Before any refusal, so that the access log names the caller.
    request.principal = caller.principal;
    assertMayCall(caller, { required, method: request.method });
    const pathTenantId = caller.tenant === null ? tenantIdInPath(request) : undefined;
    return pathTenantId === undefined || this.tenants.get(pathTenantId).then(() => true);
  }
}
