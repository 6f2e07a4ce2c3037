import { Injectable } from '@nestjs/common';
import { Database, JobQueue } from '#database';
import type { Principal } from '#http';
import { NotFoundError, isObjectId } from '#kernel';
import { DocumentPreparationService } from '../document-preparation.service.js';
import { DocumentsRepository } from '../documents.repository.js';
import { type DocumentReindexing, DocumentReindexingRepository } from './document-reindexing.repository.js';

/** The queue of the jobs that embed documents again. */
export const reindexingQueue = 'document-reindexing';

/** Begins re-indexings, and reads how far they are. */
@Injectable()
export class DocumentReindexingService {
  constructor(
    private readonly database: Database,
    private readonly repository: DocumentReindexingRepository,
    private readonly documents: DocumentsRepository,
    private readonly preparation: DocumentPreparationService,
    private readonly queue: JobQueue,
  ) {}

  /** Begins one in the background. While one is queued or running, returns that one. */
  async start(tenantId: string, author: Principal): Promise<DocumentReindexing> {
    const start = async (): Promise<DocumentReindexing> => {
      await this.documents.lockCorpus();
      const running = await this.repository.findRunning();
      if (running) return running;
      const started = await this.repository.insert(this.preparation.embedderLabel, author.actor);
      await this.queue.enqueue(reindexingQueue, { tenantId, id: started.id });
      return started;
    };
    const reindexing = await this.database.asTenant(tenantId, start, author);
    this.queue.wake(reindexingQueue);
    return reindexing;
  }

  /** @throws NotFoundError when the tenant has no such re-indexing */
  async get(tenantId: string, id: string): Promise<DocumentReindexing> {
    const find = () => this.database.readAsTenant(tenantId, () => this.repository.find(id));
    const found = isObjectId(id) ? await find() : null;
    if (!found)
      throw new NotFoundError('There is no such re-indexing. Those that ended a month ago are deleted.');
    return found;
  }
}
