import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { type Principal, authorAndTenantOf } from '#http';
import type { FastifyRequest } from 'fastify';
import { type AcceptedVersions, parseIfMatch } from './version-conflicts.js';

/** The tenant and the author of a change, and the versions that `If-Match` accepts. */
export interface ChangeContext {
  readonly tenantId: string;
  readonly author: Principal;
  readonly acceptedVersions: AcceptedVersions;
}

/** The parameter receives the request's `ChangeContext`. */
export const CurrentChangeContext = createParamDecorator(
  (_data: unknown, context: ExecutionContext): ChangeContext => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return { ...authorAndTenantOf(request), acceptedVersions: parseIfMatch(request.headers['if-match']) };
  },
);
