import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validateInput } from './validation.js';

/** Where Nest keeps what the parameters of a handler are taken from, and its words for body and query. */
const argumentsKey = '__routeArguments__';
const [bodyKind, queryKind] = ['3', '4'];

interface Declared {
  readonly body: boolean;
  readonly query: boolean;
}

// oxlint-disable-next-line typescript/no-extraneous-class -- The input of a route that takes none
class Nothing {}

/**
 * Refuses a query or a body that the route does not take: who sends `?dry_run=true` to a route that knows no dry run must not have it
 * done. What a route does take, its own class describes. Health checks and scrapers, outside of the contract, may add what they like.
 */
@Injectable()
export class DeclaredInput implements CanActivate {
  private readonly known = new WeakMap<object, Declared>();

  /** @throws InvalidInputError */
  canActivate(context: ExecutionContext): boolean {
    const { url, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const hasQuery = url.includes('?');
    if ((!hasQuery && body === undefined) || !url.startsWith('/v1/')) return true;
    const declared = this.declaredBy(context);
    if (hasQuery && !declared.query) validateInput(Nothing, { ...(query as object) });
    if (body !== undefined && !declared.body) validateInput(Nothing, body);
    return true;
  }

  private declaredBy(context: ExecutionContext): Declared {
    const handler = context.getHandler();
    const known = this.known.get(handler) ?? declaredIn(context.getClass(), handler.name);
    this.known.set(handler, known);
    return known;
  }
}

function declaredIn(controller: object, method: string): Declared {
  const kept = Reflect.getMetadata(argumentsKey, controller, method) as object | undefined;
  const kinds = Object.keys(kept ?? {}).map((key) => key.split(':')[0]);
  return { body: kinds.includes(bodyKind), query: kinds.includes(queryKind) };
}
