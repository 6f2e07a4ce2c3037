import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { type Principal, authorOf } from '#tenancy';
import type { FastifyRequest } from 'fastify';
import { type AcceptedVersions, acceptedVersions } from '../change/version-check.js';

/** Whose configuration a request changes, who asks, and which versions `If-Match` accepts. */
export interface ChangeOrder {
  readonly tenantId: string;
  readonly author: Principal;
  readonly accepted: AcceptedVersions;
}

/** The `ChangeOrder` of a request. */
export const Order = createParamDecorator((_data: unknown, context: ExecutionContext): ChangeOrder => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { ...authorOf(request), accepted: acceptedVersions(request.headers['if-match']) };
});
