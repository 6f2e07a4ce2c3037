import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Accepted,
  Access,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
} from '#http';
import { DocumentReindexingResponse, toReindexingResponse } from './document-reindexing.response.js';
import { DocumentReindexingService } from './document-reindexing.service.js';

@ApiTags('documents')
@ApiBearerAuth()
@Controller('v1/documents/reindex')
export class DocumentReindexingController {
  constructor(private readonly reindexings: DocumentReindexingService) {}

  @Post()
  @HttpCode(202)
  @Access('tenant_admin', { scope: 'documents:write' })
  @ApiOperation({
    summary: 'Embed all documents again, in the background',
    description:
      'Needed after the embedding model has changed, and after titles were changed. Queries and uploads go on. While one is queued or running, ' +
      'the answer is that one.',
  })
  @ApiAnswer(202, DocumentReindexingResponse)
  async start(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
  ): Promise<Accepted<DocumentReindexingResponse>> {
    const reindexing = await this.reindexings.start(tenantId, author);
    return new Accepted(toReindexingResponse(reindexing), `/v1/documents/reindex/${reindexing.id}`);
  }

  @Get(':id')
  @Access('member', { scope: 'documents:read' })
  @ApiOperation({ summary: 'Read how far a re-indexing is' })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiAnswer(200, DocumentReindexingResponse)
  @ApiProblems('not-found')
  async get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<DocumentReindexingResponse> {
    return toReindexingResponse(await this.reindexings.get(tenantId, id));
  }
}
