import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Access,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
  type ValidInput,
  abortOnDisconnect,
  rateLimitHeaders,
} from '#http';
import { parseMetadataFilter } from '../retrieval/metadata-filter.js';
import { ChunkSearchRequest } from './chunk-search.request.js';
import { ChunkSearchResponse } from './chunk-search.response.js';
import { ChunkSearchService } from './chunk-search.service.js';

@ApiTags('query')
@ApiBearerAuth()
@Controller('v1/retrieve')
export class ChunkSearchController {
  constructor(private readonly chunkSearch: ChunkSearchService) {}

  @Post()
  @HttpCode(200)
  @AlsoCheck((_: ChunkSearchController, { body }: ValidInput<ChunkSearchRequest>) =>
    parseMetadataFilter(body.filter ?? {}),
  )
  @Access('member', { scope: 'retrieve', onlyReads: true })
  @ApiOperation({
    summary: "Find the passages of the tenant's documents that a query would use, without asking a model",
    description:
      'Retrieves and reranks as `POST /v1/query` does, and shows the scores of each chunk and what leaves it out. It costs nothing and counts as no query. ' +
      'A tenant admin can try settings with `patch`; nothing is saved. At most 60 searches a minute with one credential.',
  })
  @ApiAnswer(200, ChunkSearchResponse, {
    headers: ['Attune-Config-Version', 'Attune-Config-Source', 'RateLimit', 'RateLimit-Policy'],
  })
  @ApiProblems('rate-limited', 'upstream-timeout')
  async search(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() principal: Principal,
    @Body() { question, top_k: topK, filter, patch }: ChunkSearchRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChunkSearchResponse> {
    const input = {
      tenantId,
      principal,
      question,
      ...(topK !== undefined && { topK }),
      ...(filter && { filter: parseMetadataFilter(filter) }),
      ...(patch && { patch }),
    };
    const found = await this.chunkSearch.search(input, abortOnDisconnect(reply));
    reply.headers({
      'attune-config-version': found.configVersion,
      'attune-config-source': found.configSource,
      ...rateLimitHeaders(found.rateLimit),
    });
    return found.response;
  }
}
