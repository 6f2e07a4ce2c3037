import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { type Principal, authorAndTenantOf } from '#http';
import type { FastifyRequest } from 'fastify';
import { type AcceptedVersions, parseIfMatch } from './version-check.js';

/** Whose configuration a request changes, who asks, and which versions `If-Match` accepts. */
export interface ChangeContext {
  readonly tenantId: string;
  readonly author: Principal;
  readonly acceptedVersions: AcceptedVersions;
}

/** The `ChangeContext` of a request. */
export const CurrentChangeContext = createParamDecorator(
  (_data: unknown, context: ExecutionContext): ChangeContext => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return { ...authorAndTenantOf(request), acceptedVersions: parseIfMatch(request.headers['if-match']) };
  },
);
