import { type Type, applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { BooleanField, buildExample } from '#http';
import { InvalidInputError } from '#kernel';
import { BlastRadiusResponse } from './catalogue.response.js';

/** The query of a change that can be previewed. */
export class PreviewQuery {
  @BooleanField({
    optional: true,
    description: 'true: returns the tenants whose settings would change, and changes nothing',
  })
  preview?: boolean;
}

/** Documents the answer of a change that can be previewed: the new state, or the report of a preview. */
export function ApiAnswerOrPreview(responseType: Type<object>): MethodDecorator {
  const responseTypes = [responseType, BlastRadiusResponse];
  const content = {
    schema: { oneOf: responseTypes.map((type) => ({ $ref: getSchemaPath(type) })) },
    examples: {
      changed: { value: buildExample(responseType as new () => object) },
      preview: { value: buildExample(BlastRadiusResponse) },
    },
  };
  const description = 'The new state. With preview=true: the tenants that would change, and how.';
  return applyDecorators(
    ApiExtraModels(...responseTypes),
    ApiResponse({ status: 200, description, content: { 'application/json': content } } as never),
  );
}

/**
 * Lets a client send back what a GET returned, with the id that the path names already.
 *
 * @throws InvalidInputError when the id of the body differs from the path's.
 */
export function assertSameId({ id }: { readonly id?: string }, pathId: string): void {
  if (id === undefined || id === pathId) return;
  const message = 'id differs from the id in the path; leave it out.';
  throw new InvalidInputError([{ field: 'id', rule: 'enum', message, value: id }]);
}
