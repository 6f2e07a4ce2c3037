import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ApiAnswer,
  type Page,
  AlsoCheck,
  ApiProblems,
  MultipartForm,
  toEventStreamFile,
  type ValidInput,
  abortOnDisconnect,
  Access,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
} from '#http';
import { InvalidInputError } from '#kernel';
import { Idempotent } from '#tenancy';
import {
  type AddedDocumentResponse,
  type AddedDocumentsResponse,
  DocumentResponse,
  DocumentSummary,
  toAddedResponse,
} from './document.response.js';
import { DocumentsService } from './documents.service.js';
import { DocumentListQuery, toDocumentSelection } from './document-list.request.js';
import { ReadDocumentsService, assertDocumentId, toSummary } from './reading/read-documents.service.js';
import { EditDocumentRequest, assertValidEdit } from './editing/edit-document.request.js';
import { EditDocumentService } from './editing/edit-document.service.js';
import { DocumentUploadService, type UploadBody } from './upload/document-upload.service.js';
import { ApiAddedDocuments, ApiDocumentBodies, addDocumentsDescription } from './upload/upload-openapi.js';
import { uploadLimits } from './upload/upload-reader.js';

const idParam = { name: 'id', example: 'refund-policy' };

@ApiTags('documents')
@ApiBearerAuth()
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly uploads: DocumentUploadService,
    private readonly documents: DocumentsService,
    private readonly edits: EditDocumentService,
    private readonly reading: ReadDocumentsService,
  ) {}

  @Post()
  @HttpCode(201)
  @Access('tenant_admin', { scope: 'documents:write' })
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
    'rate-limited',
    'payload-too-large',
    'unsupported-media-type',
    'upstream-failed',
    'upstream-timeout',
  )
  async add(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() body: UploadBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AddedDocumentResponse | AddedDocumentsResponse | StreamableFile> {
    const { headers, id: requestId } = reply.request;
    if (acceptsEventStream(headers)) {
      reply.status(200);
      return toEventStreamFile(
        reply,
        this.uploads.addWithEvents(tenantId, body, { requestId, author, toResponse: toAddedResponse }),
      );
    }
    const added = await this.uploads.add(tenantId, body, { author, signal: abortOnDisconnect(reply) });
    reply.status(added.some(({ outcome }) => outcome === 'created') ? 201 : 200);
    return toAddedResponse(added);
  }

  @Get()
  @Access('member', { scope: 'documents:read' })
  @AlsoCheck((_controller: DocumentsController, { query }: ValidInput<object, DocumentListQuery>) =>
    toDocumentSelection(query),
  )
  @ApiOperation({ summary: 'List documents, newest first' })
  @ApiAnswer(200, [DocumentSummary], { hasTotal: true })
  list(@CurrentTenant() tenantId: string, @Query() query: DocumentListQuery): Promise<Page<DocumentSummary>> {
    return this.reading.list(tenantId, query);
  }

  @Get(':id')
  @Access('member', { scope: 'documents:read' })
  @ApiOperation({ summary: 'Read a document with its text' })
  @ApiParam(idParam)
  @ApiAnswer(200, DocumentResponse)
  @ApiProblems('not-found')
  get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<DocumentResponse> {
    return this.reading.get(tenantId, id);
  }

  @Patch(':id')
  @Access('tenant_admin', { scope: 'documents:write' })
  @AlsoCheck((_controller: DocumentsController, { body }: ValidInput<EditDocumentRequest>) =>
    assertValidEdit(body),
  )
  @ApiOperation({
    summary: 'Change the title and the metadata of a document',
    description:
      'Nothing is embedded. Keywords find the new title at once; vectors still have the old one until the document is added again or ' +
      're-indexed. If nothing changes, nothing is written.',
  })
  @ApiParam(idParam)
  @ApiAnswer(200, DocumentSummary)
  @ApiProblems('not-found', 'conflict', 'upstream-failed', 'upstream-timeout')
  async edit(
    @CurrentTenant() tenantId: string,
    @Param('id') id: string,
    @Body() body: EditDocumentRequest,
  ): Promise<DocumentSummary> {
    assertValidEdit(body);
    assertDocumentId(id);
    return toSummary(await this.edits.edit(tenantId, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('tenant_admin', { scope: 'documents:write' })
  @ApiOperation({ summary: 'Delete a document. The next query does not find it' })
  @ApiParam(idParam)
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  async remove(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<void> {
    assertDocumentId(id);
    await this.documents.remove(tenantId, id);
  }
}

const eventStream = 'text/event-stream';

/**
 * True if the client accepts server-sent events.
 *
 * @throws InvalidInputError with an `Idempotency-Key`: a stream of events cannot be stored and sent again
 */
function acceptsEventStream({ accept = '', 'idempotency-key': key }: FastifyRequest['headers']): boolean {
  const isAccepted = accept
    .split(',')
    .some((range) => range.split(';')[0]!.trim().toLowerCase() === eventStream);
  if (!isAccepted || key === undefined) return isAccepted;
  const message = `Idempotency-Key cannot be combined with Accept: ${eventStream}. Give the document an id instead: it is then added only once.`;
  throw new InvalidInputError([{ field: 'Idempotency-Key', rule: 'combination', value: key, message }]);
}
