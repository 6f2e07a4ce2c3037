import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  ApiAnswer,
  ApiProblems,
  respondWithEvents,
  abortOnDisconnect,
  Access,
  authorAndTenantOf,
} from '#http';
import { QueryRequest } from './query.request.js';
import { QueryResponse, streamExample } from './query.response.js';
import { type AppliedVersion, type QueryInput, QueryService } from './query.service.js';

@ApiTags('query')
@ApiBearerAuth()
@Controller('v1/query')
export class QueryController {
  constructor(private readonly queries: QueryService) {}

  @Post()
  @HttpCode(200)
  @Access('member')
  @ApiOperation({
    summary: "Answer a question from the tenant's documents, under its configuration of this moment",
    description:
      'The headers `Attune-Config-Version` and `Attune-Config-Source` name the configuration that was applied.\n\n' +
      'With `stream: true` the answer comes as server-sent events as soon as a model begins to write: `sources` (a list, as in the JSON answer), ' +
      'then `token` with each piece of the text, and `done` with the JSON answer. Where it breaks off, `error` with a problem is the last event, and there is no `done`. ' +
      'What fails before the first event has the status that the JSON answer would have. Comments (`:`) keep the connection alive.',
  })
  @ApiAnswer(200, QueryResponse, { events: streamExample })
  @ApiProblems('quota-exceeded', 'budget-exceeded', 'upstream-failed', 'upstream-timeout')
  async ask(@Body() request: QueryRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenantId, author } = authorAndTenantOf(reply.request);
    const { question, user_id: subject = author.subject } = request;
    const input = { tenantId, subject, question };
    if (request.stream) await this.sendStream(input, reply);
    else await this.sendAnswer(input, reply);
  }

  private async sendAnswer(input: QueryInput, reply: FastifyReply): Promise<void> {
    const { response, ...appliedVersion } = await this.queries.answer(
      input,
      abortOnDisconnect(reply),
      recordLogFields(reply),
    );
    void reply.headers(toHeaders(appliedVersion)).send(response);
  }

  private async sendStream(input: QueryInput, reply: FastifyReply): Promise<void> {
    const { events, ...appliedVersion } = await this.queries.stream(
      input,
      abortOnDisconnect(reply),
      recordLogFields(reply),
    );
    await respondWithEvents(reply.headers(toHeaders(appliedVersion)), events);
  }
}

function toHeaders({ configVersion, configSource }: AppliedVersion): Record<string, string | number> {
  return { 'attune-config-version': configVersion, 'attune-config-source': configSource };
}

/** What became of the query stands in the request's line of the access log. */
function recordLogFields({ request }: FastifyReply) {
  return (facts: NonNullable<typeof request.logFields>): void => {
    request.logFields = facts;
  };
}
