import { Module } from '@nestjs/common';
import { RetrievalModule } from '../retrieval/retrieval.module.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentsService } from './documents.service.js';
import { Extractor } from './extraction/extractor.js';
import { AddDocuments } from './upload/add-documents.js';
import { UploadedDocuments } from './upload/uploaded-documents.js';

/** The tenant's documents, and with them the `Retriever` that finds their chunks. */
@Module({
  imports: [RetrievalModule],
  controllers: [DocumentsController],
  providers: [DocumentsRepository, DocumentsService, Extractor, UploadedDocuments, AddDocuments],
  exports: [RetrievalModule, DocumentsService],
})
export class DocumentsModule {}
