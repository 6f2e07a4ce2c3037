import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';
import { validateInput } from './validate-input.js';

interface AcceptedInput {
  readonly body: boolean;
  readonly query: boolean;
}

const ignoreMetadataKey = Symbol('ignore undeclared input');

// oxlint-disable-next-line typescript/no-extraneous-class -- The input of a route that takes none
class EmptyInput {}

/**
 * The routes of this controller ignore a query or body that they do not declare. For health checks and metrics, to which load balancers
 * and scrapers may add parameters of their own.
 */
export const IgnoreUndeclaredInput = (): ClassDecorator => SetMetadata(ignoreMetadataKey, true);

/**
 * Refuses a query or a body that the route does not declare with `@Query()` or `@Body()`. A client that sends `?dry_run=true` to a route
 * without dry runs must not change anything by it. `InputPipe` validates what the route does declare.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  private readonly acceptedInputs = new WeakMap<object, AcceptedInput>();

  /** @throws InvalidInputError */
  canActivate(context: ExecutionContext): boolean {
    const { url, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const hasQuery = url.includes('?');
    if (!hasQuery && body === undefined) return true;
    const accepted = this.getAcceptedInput(context);
    if (hasQuery && !accepted.query) validateInput(EmptyInput, { ...(query as object) });
    if (body !== undefined && !accepted.body) validateInput(EmptyInput, body);
    return true;
  }

  private getAcceptedInput(context: ExecutionContext): AcceptedInput {
    const handler = context.getHandler();
    const accepted = this.acceptedInputs.get(handler) ?? readAcceptedInput(context.getClass(), handler.name);
    this.acceptedInputs.set(handler, accepted);
    return accepted;
  }
}

function readAcceptedInput(controller: object, method: string): AcceptedInput {
  if (Reflect.hasMetadata(ignoreMetadataKey, controller)) return { body: true, query: true };
  const kinds = parameterKindsOf(controller, method);
  return { body: kinds.includes(RouteParamtypes.BODY), query: kinds.includes(RouteParamtypes.QUERY) };
}

/**
 * Nest stores one entry for each parameter of a handler, with the key `<kind>:<index>`. The kind of `createParamDecorator`'s parameters is
 * no number: it begins with a random hexadecimal id, which may start with the digit of another kind.
 */
function parameterKindsOf(controller: object, method: string): RouteParamtypes[] {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined;
  return Object.keys(parameters ?? {}).map((key) => Number(key.split(':')[0]));
}
