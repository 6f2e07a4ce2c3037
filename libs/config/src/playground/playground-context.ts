import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { abortOnDisconnect, type Principal, authorAndTenantOf } from '#http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The tenant whose configuration is tried, the author, and whether the client is still connected. */
export interface PlaygroundContext {
  readonly tenantId: string;
  readonly author: Principal;
  /** Aborts when the client disconnects. */
  readonly clientSignal: AbortSignal;
}

/** The parameter receives the request's `PlaygroundContext`. */
export const CurrentPlaygroundContext = createParamDecorator(
  (_data: unknown, context: ExecutionContext): PlaygroundContext => {
    const http = context.switchToHttp();
    const signal = abortOnDisconnect(http.getResponse<FastifyReply>());
    return { ...authorAndTenantOf(http.getRequest<FastifyRequest>()), clientSignal: signal };
  },
);
