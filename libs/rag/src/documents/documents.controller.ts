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
  ApiAnswer,
  type Page,
  PageQuery,
  ApiProblems,
  MultipartForm,
  decodeCursor,
  defaultPageLimit,
  toEventStreamFile,
  toPage,
  isIntegerString,
  Access,
  CurrentTenant,
} from '#http';
import { Idempotent } from '#tenancy';
import { documentIdPattern } from './document.request.js';
import {
  type AddedDocumentResponse,
  type AddedDocumentsResponse,
  DocumentResponse,
  DocumentSummary,
  toAddedResponse,
} from './document.response.js';
import { type DocumentRecord, DocumentsRepository } from './documents.repository.js';
import { DocumentsService, documentNotFound } from './documents.service.js';
import { DocumentUploadService, type UploadBody } from './upload/document-upload.service.js';
import { ApiAddedDocuments, ApiDocumentBodies, addDocumentsDescription } from './upload/upload-openapi.js';
import { uploadLimits } from './upload/upload-reader.js';
import { acceptsEventStream } from './upload/accepts-event-stream.js';

const idParam = { name: 'id', example: 'refund-policy' };

@ApiTags('documents')
@ApiBearerAuth()
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly database: Database,
    private readonly uploads: DocumentUploadService,
    private readonly documents: DocumentsService,
    private readonly repository: DocumentsRepository,
  ) {}

  @Post()
  @HttpCode(201)
  @Access('tenant_admin')
  @Idempotent()
  @MultipartForm(uploadLimits)
  @ApiOperation({
    summary: 'Add a document, or replace the one with its id',
    description: addDocumentsDescription,
  })
  @ApiDocumentBodies()
  @ApiAddedDocuments()
  @ApiProblems(
    'conflict',
    'payload-too-large',
    'unsupported-media-type',
    'upstream-failed',
    'upstream-timeout',
  )
  async add(
    @CurrentTenant() tenantId: string,
    @Body() body: UploadBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AddedDocumentResponse | AddedDocumentsResponse | StreamableFile> {
    const { headers, id: requestId } = reply.request;
    if (acceptsEventStream(headers)) {
      reply.status(200);
      return toEventStreamFile(
        reply,
        this.uploads.addWithEvents(tenantId, body, { requestId, toResponse: toAddedResponse }),
      );
    }
    const added = await this.uploads.add(tenantId, body);
    reply.status(added.some(({ outcome }) => outcome === 'created') ? 201 : 200);
    return toAddedResponse(added);
  }

  @Get()
  @Access('member')
  @ApiOperation({ summary: 'List documents, newest first' })
  @ApiAnswer(200, [DocumentSummary])
  async list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<DocumentSummary>> {
    const { limit = defaultPageLimit, cursor } = query;
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, isIntegerString)[0]);
    const rows = await this.database.readAsTenant(tenantId, () => this.repository.list(limit + 1, before));
    return toPage(rows, limit, { item: toSummary, keys: ({ number }) => [String(number)] });
  }

  @Get(':id')
  @Access('member')
  @ApiOperation({ summary: 'Read a document with its text' })
  @ApiParam(idParam)
  @ApiAnswer(200, DocumentResponse)
  @ApiProblems('not-found')
  async get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<DocumentResponse> {
    assertDocumentId(id);
    const document = await this.database.readAsTenant(tenantId, () => this.repository.findWithText(id));
    if (!document) throw documentNotFound();
    return { ...toSummary(document), text: document.text };
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('tenant_admin')
  @ApiOperation({ summary: 'Delete a document; the next question does not find it' })
  @ApiParam(idParam)
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  async remove(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<void> {
    assertDocumentId(id);
    await this.documents.remove(tenantId, id);
  }
}

/** What cannot be an id names no document. */
function assertDocumentId(id: string): void {
  if (!documentIdPattern.test(id)) throw documentNotFound();
}

function toSummary({
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
