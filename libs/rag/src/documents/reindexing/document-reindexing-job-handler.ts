import { Injectable, Logger } from '@nestjs/common';
import { Database, JobQueue } from '#database';
import { InvalidInputError, TenantNotFoundError, UnavailableError, UpstreamError } from '#kernel';
import { DocumentPreparationService } from '../document-preparation.service.js';
import { DocumentEmbeddingService } from './document-embedding.service.js';
import { type DocumentReindexing, DocumentReindexingRepository } from './document-reindexing.repository.js';
import { reindexingQueue } from './document-reindexing.service.js';

interface ReindexingJob {
  readonly tenantId: string;
  readonly id: string;
}

/** Then the job goes to the end of the queue, so that the tenants take turns. */
const sliceMs = 30_000;
/** The waits between attempts are 1, 2, 4 … seconds: about two minutes in all. */
const maxFailures = 8;
const maxErrorCharacters = 500;

/**
 * Embeds all documents of a tenant again, one after the other, from where a killed replica stopped. Each document changes in one transaction.
 * After a change of the embedder, searches use keywords alone until the vectors of all documents are new, because vectors of two models are
 * never compared.
 */
@Injectable()
export class DocumentReindexingJobHandler {
  private readonly logger = new Logger('document-reindexing');

  constructor(
    private readonly database: Database,
    private readonly repository: DocumentReindexingRepository,
    private readonly embedding: DocumentEmbeddingService,
    private readonly preparation: DocumentPreparationService,
    private readonly queue: JobQueue,
  ) {
    queue.registerHandler<ReindexingJob>(reindexingQueue, (job, signal) => this.run(job, signal));
  }

  /** Works for some time, and puts the job back into the queue if it is not done. @throws the reason of the signal when it aborts */
  async run(job: ReindexingJob, signal: AbortSignal): Promise<void> {
    try {
      await this.runSlice(job, signal);
    } catch (error) {
      if (error instanceof TenantNotFoundError) return;
      if (signal.aborted || error instanceof UnavailableError) throw error;
      await this.recordFailure(job, error);
    }
  }

  private async runSlice(job: ReindexingJob, signal: AbortSignal): Promise<void> {
    const { tenantId, id } = job;
    const { embedderLabel } = this.preparation;
    const started = await this.database.asTenant(tenantId, () => this.repository.start(id, embedderLabel));
    const endAt = Date.now() + sliceMs;
    let reindexing = started;
    while (reindexing?.state === 'running') {
      signal.throwIfAborted();
      if (Date.now() > endAt) return this.enqueue(job, 0);
      reindexing = await this.reindexNext(tenantId, reindexing, signal);
    }
  }

  /** Returns it as it is afterwards; null if it is done. */
  private async reindexNext(
    tenantId: string,
    reindexing: DocumentReindexing,
    signal: AbortSignal,
  ): Promise<DocumentReindexing | null> {
    const { id } = reindexing;
    const docId = await this.database.readAsTenant(tenantId, () =>
      this.repository.findNextDocument(reindexing),
    );
    if (docId === null) {
      await this.database.asTenant(tenantId, () => this.repository.finish(id, null));
      return null;
    }
    await this.embedding.reindex(tenantId, { reindexing, docId }, signal);
    return this.database.readAsTenant(tenantId, () => this.repository.find(id));
  }

  /** Tries again later. Gives up after some attempts, and at once if repeating cannot help. */
  private async recordFailure(job: ReindexingJob, error: unknown): Promise<void> {
    const { tenantId, id } = job;
    await this.database.asTenant(tenantId, async () => {
      const failures = await this.repository.recordFailure(id);
      this.logger.warn(
        { err: error, tenant_id: tenantId, failures },
        'a document could not be embedded again',
      );
      if (failures >= maxFailures || error instanceof InvalidInputError)
        await this.repository.finish(id, describe(error));
      else await this.queue.enqueue(reindexingQueue, job, 2 ** (failures - 1));
    });
  }

  private async enqueue(job: ReindexingJob, afterSeconds: number): Promise<void> {
    await this.database.asTenant(job.tenantId, () => this.queue.enqueue(reindexingQueue, job, afterSeconds));
  }
}

function describe(error: unknown): string {
  const isKnown = error instanceof UpstreamError || error instanceof InvalidInputError;
  const reason = isKnown ? error.message : 'An internal error; the log has it.';
  return `A document could not be embedded. ${reason} Start the re-indexing again when it is solved.`.slice(
    0,
    maxErrorCharacters,
  );
}
