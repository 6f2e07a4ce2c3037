import { Module } from '@nestjs/common';
import { RetrievalModule } from '../retrieval/retrieval.module.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentsService } from './documents.service.js';
import { TextExtractor } from './extraction/extractor.js';
import { DocumentUploadService } from './upload/add-documents.js';
import { UploadReader } from './upload/uploaded-documents.js';

/** The tenant's documents, and with them the `Retriever` that finds their chunks. */
@Module({
  imports: [RetrievalModule],
  controllers: [DocumentsController],
  providers: [DocumentsRepository, DocumentsService, TextExtractor, UploadReader, DocumentUploadService],
  exports: [RetrievalModule, DocumentsService],
})
export class DocumentsModule {}
