import { type Type, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';

/** Declares a body that the route checks itself, with an example. */
export function ApiRequestBody(type: Type<object>, example: object): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(type),
    ApiBody({ schema: { $ref: getSchemaPath(type) }, examples: { example: { value: example } } }),
  );
}
