import { type ExecutionContext, SetMetadata, createParamDecorator } from '@nestjs/common';
import { NotFoundError, isTenantId } from '#kernel';
import type { FastifyRequest } from 'fastify';
import type { Principal, Role } from './principal.js';

export const accessKey = 'attune:access';

/** The least role that may call a route; `platform_admin` stands apart from the tenants' roles. Undeclared routes are closed. */
export const Access = (role: Role | 'public'): MethodDecorator => SetMetadata(accessKey, role);

export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => principalOf(requestOf(context)),
);

/** The tenant of the credential, or on a platform route the one that the path names. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = requestOf(context);
  return principalOf(request).tenantId ?? tenantInPath(request);
});

export function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

function principalOf({ principal, url }: FastifyRequest): Principal {
  if (!principal) throw new Error(`${url} asks for a principal but is declared public`);
  return principal;
}

function tenantInPath({ params }: FastifyRequest): string {
  const tenantId = String((params as Record<string, unknown>)['tenant_id'] ?? '');
  if (!isTenantId(tenantId)) throw new NotFoundError('There is no such tenant.');
  return tenantId;
}
