import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Access,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  type ValidInput,
  abortOnDisconnect,
  authorAndTenantOf,
  respondWithEvents,
} from '#http';
import { configurationHeaders, recordLogFields } from './query-reply.js';
import { parseMetadataFilter } from '../retrieval/metadata-filter.js';
import { QueryRequest } from './query.request.js';
import { QueryResponse, streamExample } from './query.response.js';
import { type QueryInput, QueryService } from './query.service.js';

@ApiTags('query')
@ApiBearerAuth()
@Controller('v1/query')
export class QueryController {
  constructor(private readonly queries: QueryService) {}

  @Post()
  @HttpCode(200)
  @AlsoCheck((_: QueryController, { body }: ValidInput<QueryRequest>) =>
    parseMetadataFilter(body.filter ?? {}),
  )
  @Access('member', { scope: 'query' })
  @ApiOperation({
    summary: "Answer a question from the tenant's documents, with its current configuration",
    description:
      'The headers `Attune-Config-Version` and `Attune-Config-Source` name the configuration that was applied.\n\n' +
      'With `stream: true` the answer is a stream of server-sent events, which starts when a model begins to write: `sources` (the list of the JSON answer), ' +
      'one `token` for each piece of the text, then `done` with the JSON answer. If the answer breaks off, the last event is `error` with a problem, and there is no `done`. ' +
      'A failure before the first event has the status of the JSON answer. Comment lines (`:`) keep the connection alive.',
  })
  @ApiAnswer(200, QueryResponse, {
    events: streamExample,
    headers: ['Attune-Config-Version', 'Attune-Config-Source'],
  })
  @ApiProblems('quota-exceeded', 'budget-exceeded', 'upstream-failed', 'upstream-timeout')
  async ask(@Body() request: QueryRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenantId, author } = authorAndTenantOf(reply.request);
    const { question, user_id: subject = author.subject, history, filter } = request;
    const input = {
      tenantId,
      subject,
      question,
      ...(history && { history }),
      ...(filter && { filter: parseMetadataFilter(filter) }),
    };
    if (request.stream) await this.sendStream(input, reply);
    else await this.sendAnswer(input, reply);
  }

  private async sendAnswer(input: QueryInput, reply: FastifyReply): Promise<void> {
    const { response, ...appliedVersion } = await this.queries.answer(
      input,
      abortOnDisconnect(reply),
      recordLogFields(reply.request),
    );
    void reply.headers(configurationHeaders(appliedVersion)).send(response);
  }

  private async sendStream(input: QueryInput, reply: FastifyReply): Promise<void> {
    const { events, ...appliedVersion } = await this.queries.stream(
      input,
      abortOnDisconnect(reply),
      recordLogFields(reply.request),
    );
    await respondWithEvents(reply.headers(configurationHeaders(appliedVersion)), events);
  }
}
