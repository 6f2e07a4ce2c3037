import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Access,
  ApiAnswer,
  ApiProblems,
  ApiRequestBody,
  IgnoreUndeclaredInput,
  abortOnDisconnect,
  authorAndTenantOf,
  respondWithEvents,
} from '#http';
import { randomHex } from '#kernel';
import { type QueryInput, QueryService, configurationHeaders, recordLogFields } from '#rag';
import { documentUrl } from '../../document-links/document-url.js';
import { OpenAiRoute } from '../error-form/openai-error.js';
import { type AnswerHead, toChatCompletion } from './chat-answer.js';
import { toChunks } from './chat-chunks.js';
import { ChatCompletionRequest, chatRequestExample } from './chat.request.js';
import { ChatCompletion, chunksExample } from './chat.response.js';
import type { UrlOf } from './citations.js';
import { type ChatCall, parseChatRequest } from './parse-chat-request.js';

@ApiTags('OpenAI')
@ApiBearerAuth()
@IgnoreUndeclaredInput()
@Controller('v1/chat/completions')
export class ChatCompletionsController {
  constructor(private readonly queries: QueryService) {}

  @Post()
  @HttpCode(200)
  @Access('member', { scope: 'query' })
  @OpenAiRoute()
  @ApiOperation({
    summary: "Answer a question from the tenant's documents, in the form of OpenAI",
    description:
      'The same query as `POST /v1/query`, for clients of OpenAI. The tenant’s configuration wins over the parameters of the request; `attune.ignored` names what was not used. ' +
      '`n` above 1, `tools`, `functions`, `logprobs`, `audio` and a `response_format` other than text are refused.\n\n' +
      'With `stream: true` the answer is chunks: the role, the text, the citations, the reason why it ended with `attune`, with `stream_options.include_usage` the tokens, and `[DONE]`. ' +
      'If the answer breaks off, the last event has `error` and there is no `[DONE]`.',
  })
  @ApiRequestBody(ChatCompletionRequest, chatRequestExample)
  @ApiAnswer(200, ChatCompletion, {
    events: chunksExample,
    headers: ['Attune-Config-Version', 'Attune-Config-Source'],
  })
  @ApiProblems(
    'not-found',
    'tenant-suspended',
    'quota-exceeded',
    'budget-exceeded',
    'upstream-failed',
    'upstream-timeout',
  )
  async complete(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const call = parseChatRequest(body);
    await (call.isStreamed ? this.sendChunks(call, reply) : this.sendAnswer(call, reply));
  }

  private async sendAnswer(call: ChatCall, reply: FastifyReply): Promise<void> {
    const input = toQueryInput(call, reply);
    const signal = abortOnDisconnect(reply);
    const answer = await this.queries.answer(input, signal, recordLogFields(reply.request));
    const { ignored } = call;
    void reply
      .headers(configurationHeaders(answer))
      .send(toChatCompletion(answer, newHead(), { ignored, urlOf: linksFor(reply) }));
  }

  private async sendChunks(call: ChatCall, reply: FastifyReply): Promise<void> {
    const input = toQueryInput(call, reply);
    const signal = abortOnDisconnect(reply);
    const { events, ...applied } = await this.queries.stream(input, signal, recordLogFields(reply.request));
    const { includesUsage, ignored } = call;
    const options = { head: newHead(), includesUsage, ignored, urlOf: linksFor(reply) };
    await respondWithEvents(reply.headers(configurationHeaders(applied)), toChunks(events, options));
  }
}

function toQueryInput(call: ChatCall, { request }: FastifyReply): QueryInput {
  const { question, history = [], variant, user } = call;
  const { tenantId, author } = authorAndTenantOf(request);
  return { tenantId, subject: user ?? author.subject, question, history, ...(variant && { variant }) };
}

function linksFor({ request }: FastifyReply): UrlOf {
  return ({ doc_id: docId, metadata }) => documentUrl(request, docId, metadata);
}

function newHead(): AnswerHead {
  return { id: `chatcmpl-${randomHex(12)}`, created: Math.floor(Date.now() / 1000) };
}
