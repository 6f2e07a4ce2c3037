import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type FieldError, InvalidHeaderError, InvalidInputError } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { type Observable, catchError } from 'rxjs';
import { type ValidInput, alsoCheckOf } from './also-check.js';
import { type InputPart, handlerInputsOf, readInputPart } from './handler-inputs.js';
import { parseTexts } from './input.pipe.js';
import { checkInput, findFieldErrors, withoutInvalidFields } from './validate-input.js';

const ignoreMetadataKey = Symbol('ignore undeclared input');

// oxlint-disable-next-line typescript/no-extraneous-class -- The input of a route that takes none
class EmptyInput {}

/**
 * The routes of this controller ignore a query or body that they do not declare. For health checks and metrics, to which load balancers
 * and scrapers may add parameters of their own.
 */
export const IgnoreUndeclaredInput = (): ClassDecorator => SetMetadata(ignoreMetadataKey, true);

interface PartErrors {
  readonly fieldErrors: readonly FieldError[];
  readonly valid: ValidInput;
}

/**
 * Lists every error of a request in one answer. Nest validates the parameters of a handler one by one, and the first error wins; this
 * interceptor adds the errors of the other parameters, and those that `@AlsoCheck` finds.
 *
 * It also refuses a query or a body that the route does not declare with `@Query()` or `@Body()`. A client that sends `?dry_run=true` to a
 * route without dry runs must not change anything by it.
 */
@Injectable()
export class InputInterceptor implements NestInterceptor {
  private readonly acceptedParts = new WeakMap<object, ReadonlySet<InputPart>>();

  constructor(private readonly modules: ModuleRef) {}

  /** @throws InvalidInputError */
  intercept(
    context: ExecutionContext,
    next: CallHandler,
  ): Observable<unknown> | Promise<Observable<unknown>> {
    const undeclared = this.findUndeclaredInput(context);
    if (undeclared.length > 0) return this.refuse(context, undeclared, findPartErrors(context));
    return next.handle().pipe(catchError((error: unknown) => this.completeError(context, error)));
  }

  /** The handler runs only if all its parameters are valid, so its own errors are complete. Headers are read before the parameters. */
  private async completeError(context: ExecutionContext, error: unknown): Promise<never> {
    if (!(error instanceof InvalidInputError)) throw error;
    const found = findPartErrors(context);
    if (found.fieldErrors.length === 0 && !(error instanceof InvalidHeaderError)) throw error;
    return this.refuse(context, error.fieldErrors, found);
  }

  private async refuse(
    context: ExecutionContext,
    first: readonly FieldError[],
    { fieldErrors, valid }: PartErrors,
  ): Promise<never> {
    const errors = joinErrors(first, fieldErrors);
    const isReadable = errors.every(({ field }) => field !== '');
    const further = isReadable ? await this.findFurtherErrors(context, valid) : [];
    throw new InvalidInputError([
      ...errors,
      ...further.filter((error) => concernsOtherFields(errors, error)),
    ]);
  }

  private async findFurtherErrors(
    context: ExecutionContext,
    valid: ValidInput,
  ): Promise<readonly FieldError[]> {
    const check = alsoCheckOf(context.getHandler());
    if (!check) return [];
    try {
      await check(this.modules.get(context.getClass(), { strict: false }), valid as never);
      return [];
    } catch (error) {
      if (error instanceof InvalidInputError) return error.fieldErrors;
      throw error;
    }
  }

  private findUndeclaredInput(context: ExecutionContext): FieldError[] {
    const { url, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const hasQuery = url.includes('?');
    if (!hasQuery && body === undefined) return [];
    const accepted = this.acceptedPartsOf(context);
    return [
      ...(hasQuery && !accepted.has('query')
        ? findFieldErrors(EmptyInput, { ...(query as object) }, 'query')
        : []),
      ...(body === undefined || accepted.has('body') ? [] : findFieldErrors(EmptyInput, body)),
    ];
  }

  private acceptedPartsOf(context: ExecutionContext): ReadonlySet<InputPart> {
    const handler = context.getHandler();
    const accepted = this.acceptedParts.get(handler) ?? readAcceptedParts(context.getClass(), handler.name);
    this.acceptedParts.set(handler, accepted);
    return accepted;
  }
}

function readAcceptedParts(controller: { readonly prototype: object }, method: string): Set<InputPart> {
  if (Reflect.hasMetadata(ignoreMetadataKey, controller)) return new Set(['body', 'query']);
  return new Set(handlerInputsOf(controller, method).map(({ part }) => part));
}

/** The errors of all parameters that a class describes, and what is valid of them. */
function findPartErrors(context: ExecutionContext): PartErrors {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const valid: Record<InputPart, object> = {
    body: readInputPart(request, 'body'),
    query: {},
    params: readInputPart(request, 'params'),
  };
  const fieldErrors = handlerInputsOf(context.getClass(), context.getHandler().name).flatMap(
    ({ part, type }) => {
      if (type === null) return [];
      const plain = readInputPart(request, part);
      const checked = checkInput(type, part === 'body' ? plain : parseTexts(type, plain), part);
      valid[part] = withoutInvalidFields(checked);
      return checked.fieldErrors;
    },
  );
  return { fieldErrors, valid: { ...valid, request } as ValidInput };
}

/** Leaves out errors that are among the first already. */
function joinErrors(first: readonly FieldError[], second: readonly FieldError[]): FieldError[] {
  const isKnown = ({ field, rule }: FieldError): boolean =>
    first.some((known) => known.field === field && known.rule === rule);
  return [...first, ...second.filter((error) => !isKnown(error))];
}

/** The check did not see the fields that have errors, so its errors for them, their members and their parents are left out. */
function concernsOtherFields(reported: readonly FieldError[], { field }: FieldError): boolean {
  return reported.every(
    (known) =>
      known.field !== field && !known.field.startsWith(`${field}.`) && !field.startsWith(`${known.field}.`),
  );
}
