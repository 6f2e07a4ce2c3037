import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';
import { type InputClass, isInputClass } from './field.js';

/** The parts of a request that a handler can declare with `@Body()`, `@Query()` and `@Param()`. */
export type InputPart = 'body' | 'query' | 'params';

/** What a handler declares of one part. */
interface HandlerInput {
  readonly part: InputPart;
  /** The class that describes it; null when the handler validates it itself. */
  readonly type: InputClass | null;
}

const partsByKind: Readonly<Partial<Record<RouteParamtypes, InputPart>>> = {
  [RouteParamtypes.BODY]: 'body',
  [RouteParamtypes.QUERY]: 'query',
  [RouteParamtypes.PARAM]: 'params',
};

/**
 * Nest stores one entry for each parameter of a handler, with the key `<kind>:<index>`. The kind of `createParamDecorator`'s parameters is
 * no number: it begins with a random hexadecimal id, which may start with the digit of another kind.
 */
export function handlerInputsOf(controller: { readonly prototype: object }, method: string): HandlerInput[] {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype, method) ?? []) as unknown[];
  return Object.keys(parameters ?? {}).flatMap((key): HandlerInput[] => {
    const [kind, index] = key.split(':').map(Number);
    const part = partsByKind[kind as RouteParamtypes];
    const type = types[index!];
    return part === undefined ? [] : [{ part, type: isInputClass(type) ? type : null }];
  });
}

/** The part as it was sent; an absent body counts as an empty object. */
export function readInputPart(request: FastifyRequest, part: InputPart): Record<string, unknown> {
  return (request[part] ?? {}) as Record<string, unknown>;
}
