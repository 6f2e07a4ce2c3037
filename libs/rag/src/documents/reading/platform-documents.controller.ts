import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access, AlsoCheck, ApiAnswer, ApiProblems, CurrentTenant, type Page, type ValidInput } from '#http';
import { TenantReader } from '#tenancy';
import { DocumentListQuery, toDocumentSelection } from '../document-list.request.js';
import { DocumentResponse, DocumentSummary } from '../document.response.js';
import { ReadDocumentsService } from './read-documents.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/documents')
export class PlatformDocumentsController {
  constructor(
    private readonly tenants: TenantReader,
    private readonly reading: ReadDocumentsService,
  ) {}

  @Get()
  @Access('platform_admin')
  @AlsoCheck((_controller: PlatformDocumentsController, { query }: ValidInput<object, DocumentListQuery>) =>
    toDocumentSelection(query),
  )
  @ApiOperation({ summary: "List a tenant's documents, newest first" })
  @ApiAnswer(200, [DocumentSummary], { hasTotal: true })
  @ApiProblems('not-found')
  async list(
    @CurrentTenant() tenantId: string,
    @Query() query: DocumentListQuery,
  ): Promise<Page<DocumentSummary>> {
    await this.tenants.get(tenantId);
    return this.reading.list(tenantId, query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ summary: "Read a tenant's document with its text" })
  @ApiParam({ name: 'id', example: 'refund-policy' })
  @ApiAnswer(200, DocumentResponse)
  @ApiProblems('not-found')
  async get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<DocumentResponse> {
    await this.tenants.get(tenantId);
    return this.reading.get(tenantId, id);
  }
}
