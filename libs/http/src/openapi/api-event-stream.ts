import { type Type, applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import { buildExample } from './class-example.js';

/** Declares an answer of server-sent events whose data is of this class. */
export function ApiEventStream(data: Type<object>): MethodDecorator {
  const example = `event: progress\ndata: ${JSON.stringify(buildExample(data))}\n\n`;
  const content = { 'text/event-stream': { schema: { type: 'string' }, example } };
  return applyDecorators(
    ApiExtraModels(data),
    ApiResponse({ status: 200, description: 'Server-sent events', content } as never),
  );
}
