import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { clientSignal } from '#http';
import { type Principal, authorOf } from '#tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whose configuration is tried, who asks, and whether they still wait. */
export interface Tester {
  readonly tenantId: string;
  readonly author: Principal;
  /** Aborts when nobody waits for the answer any more. */
  readonly client: AbortSignal;
}

/** The `Tester` of a request. */
export const CurrentTester = createParamDecorator((_data: unknown, context: ExecutionContext): Tester => {
  const http = context.switchToHttp();
  const client = clientSignal(http.getResponse<FastifyReply>());
  return { ...authorOf(http.getRequest<FastifyRequest>()), client };
});
