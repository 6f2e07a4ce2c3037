import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Database } from '#database';
import {
  Answer,
  type Page,
  PageQuery,
  Problems,
  decodeCursor,
  defaultLimit,
  pageOf,
  isWholeNumber,
} from '#http';
import { Access, CurrentTenant, Idempotent } from '#tenancy';
import { DocumentRequest, documentIdPattern } from './document.request.js';
import { AddedDocumentResponse, DocumentResponse, DocumentSummary } from './document.response.js';
import { type DocumentRecord, DocumentsRepository } from './documents.repository.js';
import { DocumentsService, unknownDocument } from './documents.service.js';

const inPath = { name: 'id', example: 'refund-policy' };

@ApiTags('documents')
@ApiBearerAuth()
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly database: Database,
    private readonly documents: DocumentsService,
    private readonly repository: DocumentsRepository,
  ) {}

  @Post()
  @HttpCode(201)
  @Access('tenant_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Add a document, or replace the one with its id' })
  @Answer(201, AddedDocumentResponse, { description: 'It is new' })
  @Answer(200, AddedDocumentResponse, { description: 'It replaced another, or was there already' })
  @Problems('conflict', 'payload-too-large', 'unsupported-media-type', 'upstream-failed', 'upstream-timeout')
  async add(
    @CurrentTenant() tenantId: string,
    @Body() request: DocumentRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AddedDocumentResponse> {
    const { docId, title, chunks, outcome } = await this.documents.add(tenantId, request);
    reply.status(outcome === 'created' ? 201 : 200);
    return { doc_id: docId, title, chunks, unchanged: outcome === 'unchanged' };
  }

  @Get()
  @Access('member')
  @ApiOperation({ summary: 'List documents, newest first' })
  @Answer(200, [DocumentSummary])
  async list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<DocumentSummary>> {
    const { limit = defaultLimit, cursor } = query;
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, isWholeNumber)[0]);
    const rows = await this.database.readAsTenant(tenantId, () => this.repository.list(limit + 1, before));
    return pageOf(rows, limit, { item: summaryOf, keys: ({ number }) => [String(number)] });
  }

  @Get(':id')
  @Access('member')
  @ApiOperation({ summary: 'Read a document with its text' })
  @ApiParam(inPath)
  @Answer(200, DocumentResponse)
  @Problems('not-found')
  async get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<DocumentResponse> {
    checkId(id);
    const found = await this.database.readAsTenant(tenantId, () => this.repository.findWithText(id));
    if (!found) throw unknownDocument();
    return { ...summaryOf(found), text: found.text };
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('tenant_admin')
  @ApiOperation({ summary: 'Delete a document; the next question does not find it' })
  @ApiParam(inPath)
  @Answer(204, null)
  @Problems('not-found')
  async remove(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<void> {
    checkId(id);
    await this.documents.remove(tenantId, id);
  }
}

/** What cannot be an id names no document. */
function checkId(id: string): void {
  if (!documentIdPattern.test(id)) throw unknownDocument();
}

function summaryOf({
  doc_id,
  title,
  metadata,
  chunks,
  created_at,
  updated_at,
}: DocumentRecord): DocumentSummary {
  return {
    doc_id,
    title,
    metadata,
    chunks,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
