import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { JobsModule } from '#database';
import { HttpModule } from '#http';
import { TenancyModule } from '#tenancy';
import { RetrievalModule } from '../retrieval/retrieval.module.js';
import { DocumentPreparationService } from './document-preparation.service.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentsService } from './documents.service.js';
import { DocumentWordsRepository } from './editing/document-words.repository.js';
import { EditDocumentService } from './editing/edit-document.service.js';
import { TitleWordsService } from './editing/title-words.service.js';
import { PlatformDocumentsController } from './reading/platform-documents.controller.js';
import { ReadDocumentsService } from './reading/read-documents.service.js';
import { DocumentEmbeddingService } from './reindexing/document-embedding.service.js';
import { DocumentReindexingController } from './reindexing/document-reindexing.controller.js';
import { DocumentReindexingJobHandler } from './reindexing/document-reindexing-job-handler.js';
import { DocumentReindexingRepository } from './reindexing/document-reindexing.repository.js';
import { DocumentReindexingService } from './reindexing/document-reindexing.service.js';
import { WordIndexRepository } from './reindexing/word-index.repository.js';
import { WordReindexingService } from './reindexing/word-reindexing.service.js';
import { DocumentThreads } from './threads/document-threads.js';
import { DocumentUploadService } from './upload/document-upload.service.js';
import { UploadAdmission } from './upload/upload-admission.js';
import { UploadReader } from './upload/upload-reader.js';

/** The tenants' documents, and the `Retriever` that finds their chunks. */
@Module({
  imports: [ConfigurationModule, HttpModule, JobsModule, RetrievalModule, TenancyModule],
  controllers: [DocumentReindexingController, DocumentsController, PlatformDocumentsController],
  providers: [
    DocumentsRepository,
    DocumentsService,
    ReadDocumentsService,
    DocumentPreparationService,
    DocumentThreads,
    UploadAdmission,
    UploadReader,
    DocumentUploadService,
    DocumentWordsRepository,
    TitleWordsService,
    EditDocumentService,
    DocumentEmbeddingService,
    DocumentReindexingJobHandler,
    DocumentReindexingRepository,
    DocumentReindexingService,
    WordIndexRepository,
    WordReindexingService,
  ],
  exports: [RetrievalModule, DocumentThreads, DocumentsService],
})
export class DocumentsModule {}
