import { SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const checkMetadataKey = Symbol('also check');

/**
 * The valid part of a request with errors: fields with errors are absent. A body that the handler validates itself is complete, as it was
 * sent.
 */
export interface ValidInput<Body extends object = object, Query extends object = object> {
  readonly body: Partial<Body>;
  readonly query: Partial<Query>;
  readonly params: Readonly<Record<string, string>>;
  readonly request: FastifyRequest;
}

/** Throws an `InvalidInputError` that lists what is wrong with the input. */
type InputCheck<Controller> = (controller: Controller, input: ValidInput<never, never>) => unknown;

/**
 * Names a check that the handler makes itself, of what field declarations cannot express. When the declared fields have errors, the handler
 * is not called; the check then finds the other errors, so that one answer lists all.
 *
 * ```ts
 * class PlansController {
 *   constructor(private readonly plans: { assertKnown(plan?: string): Promise<void> }) {}
 *
 *   @AlsoCheck((controller: PlansController, { body }: ValidInput<{ plan: string }>) =>
 *     controller.plans.assertKnown(body.plan),
 *   )
 *   create(body: { plan: string }): Promise<void> {
 *     return this.plans.assertKnown(body.plan);
 *   }
 * }
 * ```
 */
export const AlsoCheck = <Controller>(check: InputCheck<Controller>): MethodDecorator =>
  SetMetadata(checkMetadataKey, check);

/** The check that `@AlsoCheck` named for this handler, if any. */
export function alsoCheckOf(handler: object): InputCheck<unknown> | undefined {
  return Reflect.getMetadata(checkMetadataKey, handler) as InputCheck<unknown> | undefined;
}
