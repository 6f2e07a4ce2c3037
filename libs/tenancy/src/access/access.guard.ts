import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { accessKey, requestOf } from './access.js';
import { type Authenticated, Authenticator } from './authenticator.js';
import type { Role } from './principal.js';

/** Lets a request through to its route, or not: who asks, whether the role may, whether the tenant is active. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const needed = this.reflector.get<Role | 'public' | undefined>(accessKey, context.getHandler());
    if (needed === 'public') return true;
    const request = requestOf(context);
    const known = this.authenticator.authenticate(request.headers.authorization);
    if (known instanceof Promise) return known.then((checked) => admit(request, checked, needed));
    return admit(request, known, needed);
  }
}

function admit(request: FastifyRequest, { principal, tenant }: Authenticated, needed: Role | undefined): boolean {
  request.principal = principal;
  if (!mayCall(principal.role, needed)) {
    const message = `This needs the role ${needed ?? 'that nobody has'}; the credential has ${principal.role}.`;
    throw new DomainError('forbidden', message);
  }
  if (tenant?.status === 'suspended' && request.method !== 'GET') {
    throw new DomainError('tenant-suspended', 'The tenant is suspended: it can be read, not changed or queried.');
  }
  return true;
}

function mayCall(role: Role, needed: Role | undefined): boolean {
  if (needed === undefined) return false;
  return role === needed || (role === 'tenant_admin' && needed === 'member');
}
