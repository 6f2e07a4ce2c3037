import { isIP } from 'node:net';
import { type ExecutionContext, SetMetadata, applyDecorators, createParamDecorator } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Principal, Role } from './principal.js';

export const accessKey = 'attune:access';

/** The least role that may call a route; `platform_admin` stands apart from the tenants' roles. Undeclared routes are closed. */
export const Access = (role: Role | 'public'): MethodDecorator =>
  applyDecorators(SetMetadata(accessKey, role), ApiExtension('x-attune-role', role));

export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  principalOf(requestOf(context)),
);

/** The tenant of the credential, or on a platform route the one that the path names; the guard saw that there is one. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = requestOf(context);
  return tenantOf(request, known(request));
});

export function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** Who asks, and from where. A forwarded address that is none counts as the address of who forwarded it. */
export function principalOf(request: FastifyRequest): Principal {
  const { ip, socket } = request;
  return { ...known(request), address: isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip };
}

/** @throws Error on a public route, which has none. */
function known({ principal, url }: FastifyRequest): Principal {
  if (!principal) throw new Error(`${url} asks for a principal but is declared public`);
  return principal;
}

/** The tenant that a platform route names; undefined on a route that names none. */
export function tenantInPath({ params }: FastifyRequest): string | undefined {
  return (params as Record<string, string | undefined> | undefined)?.['tenant_id'];
}

/** The tenant that a request is about: of the credential, or named in the path; null when there is none. */
export function tenantOfRequest(request: FastifyRequest): string | null {
  const { principal } = request;
  return principal === undefined ? null : (principal.tenantId ?? tenantInPath(request) ?? null);
}

function nobody(): never {
  throw new Error('A platform route asks for a tenant but its path has no tenant_id');
}

/** Who asks, and for which tenant: the credential's own, or the one that a platform route names. */
export function authorOf(request: FastifyRequest): { tenantId: string; author: Principal } {
  const author = principalOf(request);
  return { author, tenantId: tenantOf(request, author) };
}

function tenantOf(request: FastifyRequest, { tenantId }: Principal): string {
  return tenantId ?? tenantInPath(request) ?? nobody();
}
