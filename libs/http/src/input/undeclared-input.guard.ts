import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validateInput } from './validate-input.js';

/** Where Nest keeps what the parameters of a handler are taken from, and its words for body and query. */
const routeArgumentsKey = '__routeArguments__';
const [bodyKind, queryKind] = ['3', '4'];

interface AcceptedInput {
  readonly body: boolean;
  readonly query: boolean;
}

// oxlint-disable-next-line typescript/no-extraneous-class -- The input of a route that takes none
class EmptyInput {}

/**
 * Refuses a query or a body that the route does not take: who sends `?dry_run=true` to a route that knows no dry run must not have it
 * done. What a route does take, its own class describes. Health checks and scrapers, outside of the contract, may add what they like.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  private readonly acceptedInputs = new WeakMap<object, AcceptedInput>();

  /** @throws InvalidInputError */
  canActivate(context: ExecutionContext): boolean {
    const { url, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const hasQuery = url.includes('?');
    if ((!hasQuery && body === undefined) || !url.startsWith('/v1/')) return true;
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
  const parameterMetadata = Reflect.getMetadata(routeArgumentsKey, controller, method) as object | undefined;
  const parameterKinds = Object.keys(parameterMetadata ?? {}).map((key) => key.split(':')[0]);
  return { body: parameterKinds.includes(bodyKind), query: parameterKinds.includes(queryKind) };
}
