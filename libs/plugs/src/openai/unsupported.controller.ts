import { Controller, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access, IgnoreUndeclaredInput } from '#http';
import { NotFoundError } from '#kernel';
import { OpenAiRoute } from './error-form/openai-error.js';

const instead = 'Send the question to POST /v1/chat/completions';

/** What some clients call unless they are told otherwise, and Attune does not have. They show the message of an error only if it has OpenAI's form. */
@ApiExcludeController()
@IgnoreUndeclaredInput()
@Controller('v1')
export class UnsupportedOpenAiController {
  @Post('responses')
  @Access('member', { scope: 'query' })
  @OpenAiRoute()
  refuseResponses(): never {
    const settings =
      "chat('attune') in the Vercel AI SDK, setOpenAIAPI('chat_completions') in the OpenAI Agents SDK, useResponsesApi: false in LangChain";
    throw new NotFoundError(`Attune does not have the Responses API. ${instead}: ${settings}.`);
  }

  @Post('completions')
  @Access('member', { scope: 'query' })
  @OpenAiRoute()
  refuseCompletions(): never {
    throw new NotFoundError(`Attune does not have the old completions. ${instead}, with messages.`);
  }
}
