import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, JobQueue, allTenants } from '#database';
import { UnavailableError } from '#kernel';
import { TenantPopulationService } from '../../population/tenant-population.service.js';
import { BulkChunkProcessor, type Cursor } from './bulk-chunk-processor.js';
import { BulkOperationRepository } from '../bulk-operation.repository.js';

/** The job queue of bulk operations. */
export const bulkQueueName = 'bulk-operations';

/** Consecutive chunk failures before the operation is marked failed. */
const maxConsecutiveFailures = 4;

/** Runs bulk operations chunk by chunk, on the replica that takes the job. */
@Injectable()
export class BulkJobHandler implements OnModuleInit {
  private readonly logger = new Logger('bulk operations');

  constructor(
    private readonly database: Database,
    private readonly jobs: JobQueue,
    private readonly population: TenantPopulationService,
    private readonly operations: BulkOperationRepository,
    private readonly chunkProcessor: BulkChunkProcessor,
  ) {}

  onModuleInit(): void {
    this.jobs.registerHandler<{ id: string }>(bulkQueueName, ({ id }, signal) => this.run(id, signal));
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    const operation = await this.database.readAsPlatform(allTenants, () => this.operations.find(id));
    if (!operation) return;
    let cursor: Cursor | null = { after: '', skipped: 0 };
    while (cursor) {
      signal.throwIfAborted();
      cursor = await this.processNextChunk(id, cursor, operation.created_by);
    }
  }

  private async processNextChunk(id: string, cursor: Cursor, actor: string): Promise<Cursor | null> {
    const author = { actor, role: 'platform_admin' };
    try {
      const sharedInputs = await this.population.loadSharedInputs();
      return await this.database.asPlatform(
        allTenants,
        () => this.chunkProcessor.process(id, cursor, sharedInputs),
        author,
      );
    } catch (error) {
      if (await this.recordFailure(id, cursor, error)) return null;
      throw error;
    }
  }

  /** Counts the failure; true if there were too many. An unavailable database does not count, because it says nothing about the chunk. */
  private async recordFailure(id: string, { after }: Cursor, error: unknown): Promise<boolean> {
    if (error instanceof UnavailableError) return false;
    this.logger.error({ err: error, bulk_id: id, after }, 'a chunk of a bulk operation failed');
    const location = after === '' ? 'The first chunk of tenants' : `The tenants after ${after}`;
    const reason = `${location} could not be written, ${maxConsecutiveFailures} times in a row. The log has the cause.`;
    const failed = await this.database.asPlatform(allTenants, () =>
      this.operations.recordFailure(id, maxConsecutiveFailures, reason),
    );
    return failed?.state === 'failed';
  }
}
