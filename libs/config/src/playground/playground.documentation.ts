import { HttpCode, applyDecorators } from '@nestjs/common';
import { ApiConsumes, ApiOperation } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, ApiRequestBody } from '#http';
import { PlaygroundRequest } from './playground.request.js';
import { PlaygroundResponse } from './playground.response.js';

const requestExample = {
  model_name: 'gpt-4',
  temperature: 0.3,
  question: 'May I sell software that contains code under the GPL?',
  compare: false,
};

/** What the OpenAPI document says of the test, the same for tenants and the platform. */
export const PlaygroundDocumentation = (): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    ApiOperation({
      summary: 'Ask a question under settings that are not saved',
      description:
        'The body of a PATCH, with a question. It is checked as the PATCH would be, a real query runs under the settings that would come ' +
        "of it, and nothing is saved. `compare: true` asks the same under today's settings too.",
    }),
    ApiConsumes('application/json', 'application/merge-patch+json'),
    ApiRequestBody(PlaygroundRequest, requestExample),
    ApiAnswer(200, PlaygroundResponse),
    ApiProblems('quota-exceeded', 'budget-exceeded', 'upstream-failed', 'upstream-timeout'),
  );
