import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answer, Problems, answerWithEvents, clientSignal } from '#http';
import { Access, authorOf } from '#tenancy';
import { QueryRequest } from './query.request.js';
import { QueryResponse, streamExample } from './query.response.js';
import { type Applied, type Inquiry, QueryService } from './query.service.js';

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
  @Answer(200, QueryResponse, { events: streamExample })
  @Problems('quota-exceeded', 'budget-exceeded', 'upstream-failed', 'upstream-timeout')
  async ask(@Body() request: QueryRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenantId, author } = authorOf(reply.request);
    const { question, user_id: subject = author.subject } = request;
    const inquiry = { tenantId, subject, question };
    if (request.stream) await this.stream(inquiry, reply);
    else await this.answer(inquiry, reply);
  }

  private async answer(inquiry: Inquiry, reply: FastifyReply): Promise<void> {
    const { response, ...applied } = await this.queries.answer(inquiry, clientSignal(reply), noteFor(reply));
    void reply.headers(headersOf(applied)).send(response);
  }

  private async stream(inquiry: Inquiry, reply: FastifyReply): Promise<void> {
    const { events, ...applied } = await this.queries.stream(inquiry, clientSignal(reply), noteFor(reply));
    await answerWithEvents(reply.headers(headersOf(applied)), events);
  }
}

function headersOf({ configVersion, configSource }: Applied): Record<string, string | number> {
  return { 'attune-config-version': configVersion, 'attune-config-source': configSource };
}

/** What became of the query stands in the request's line of the access log. */
function noteFor({ request }: FastifyReply) {
  return (facts: NonNullable<typeof request.facts>): void => {
    request.facts = facts;
  };
}
