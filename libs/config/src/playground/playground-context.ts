import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { abortOnDisconnect, type Principal, authorAndTenantOf } from '#http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whose configuration is tried, who asks, and whether they still wait. */
export interface PlaygroundContext {
  readonly tenantId: string;
  readonly author: Principal;
  /** Aborts when nobody waits for the answer any more. */
  readonly clientSignal: AbortSignal;
}

/** The `PlaygroundContext` of a request. */
export const CurrentPlaygroundContext = createParamDecorator(
  (_data: unknown, context: ExecutionContext): PlaygroundContext => {
    const http = context.switchToHttp();
    const signal = abortOnDisconnect(http.getResponse<FastifyReply>());
    return { ...authorAndTenantOf(http.getRequest<FastifyRequest>()), clientSignal: signal };
  },
);
