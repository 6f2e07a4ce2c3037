import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answer, Problems, clientSignal } from '#http';
import { InvalidInputError } from '#kernel';
import { Access, authorOf } from '#tenancy';
import { QueryRequest } from './query.request.js';
import { QueryResponse } from './query.response.js';
import { QueryService } from './query.service.js';

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
      'The headers `Attune-Config-Version` and `Attune-Config-Source` name the configuration that was applied. ' +
      'Answers are sent whole: `stream: true` is refused with 400.',
  })
  @Answer(200, QueryResponse)
  @Problems('upstream-failed', 'upstream-timeout')
  async ask(
    @Body() request: QueryRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QueryResponse> {
    if (request.stream) throw streamingNotYet();
    const { tenantId, author } = authorOf(reply.request);
    const { question, user_id: subject = author.subject } = request;
    const response = await this.queries.answer({ tenantId, subject, question }, clientSignal(reply));
    reply.headers({ 'attune-config-version': response.config_version, 'attune-config-source': 'live' });
    return response;
  }
}

function streamingNotYet(): InvalidInputError {
  const message = 'Streamed answers are not available yet: leave stream out, or set it to false.';
  return new InvalidInputError([{ field: 'stream', rule: 'enum', value: true, allowed: [false], message }]);
}
