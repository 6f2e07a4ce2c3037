import { type Type, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { exampleOf } from './example.js';

/** Declares a body that the route checks itself, with an example made from its fields' own. */
export function RequestBody(type: Type<object>): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(type),
    ApiBody({ schema: { $ref: getSchemaPath(type) }, examples: { example: { value: exampleOf(type) } } }),
  );
}
