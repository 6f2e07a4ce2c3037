import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Database } from '#database';
import {
  Answer,
  type Page,
  PageQuery,
  Problems,
  ReadsForm,
  decodeCursor,
  defaultLimit,
  eventsAnswer,
  pageOf,
  isWholeNumber,
} from '#http';
import { Access, CurrentTenant, Idempotent } from '#tenancy';
import { documentIdPattern } from './document.request.js';
import {
  type AddedDocumentResponse,
  type AddedDocumentsResponse,
  DocumentResponse,
  DocumentSummary,
  addedAnswer,
} from './document.response.js';
import { type DocumentRecord, DocumentsRepository } from './documents.repository.js';
import { DocumentsService, unknownDocument } from './documents.service.js';
import { AddDocuments, type Sent } from './upload/add-documents.js';
import { AddedAnswers, DocumentBodies, addingDescription } from './upload/upload-openapi.js';
import { uploadLimits } from './upload/uploaded-documents.js';
import { wantsEvents } from './upload/wants-events.js';

const inPath = { name: 'id', example: 'refund-policy' };

@ApiTags('documents')
@ApiBearerAuth()
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly database: Database,
    private readonly adding: AddDocuments,
    private readonly documents: DocumentsService,
    private readonly repository: DocumentsRepository,
  ) {}

  @Post()
  @HttpCode(201)
  @Access('tenant_admin')
  @Idempotent()
  @ReadsForm(uploadLimits)
  @ApiOperation({ summary: 'Add a document, or replace the one with its id', description: addingDescription })
  @DocumentBodies()
  @AddedAnswers()
  @Problems('conflict', 'payload-too-large', 'unsupported-media-type', 'upstream-failed', 'upstream-timeout')
  async add(
    @CurrentTenant() tenantId: string,
    @Body() sent: Sent,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AddedDocumentResponse | AddedDocumentsResponse | StreamableFile> {
    const { headers, id: requestId } = reply.request;
    if (wantsEvents(headers)) {
      reply.status(200);
      return eventsAnswer(reply, this.adding.follow(tenantId, sent, { requestId, shown: addedAnswer }));
    }
    const added = await this.adding.add(tenantId, sent);
    reply.status(added.some(({ outcome }) => outcome === 'created') ? 201 : 200);
    return addedAnswer(added);
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
