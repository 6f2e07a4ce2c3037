import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, JobQueue, allTenants } from '#database';
import { UnavailableError } from '#kernel';
import { TenantPopulationService } from '../../population/tenant-population.service.js';
import { BulkChunkProcessor, type Cursor } from './bulk-chunk-processor.js';
import { BulkOperationRepository } from '../bulk-operation.repository.js';

export const bulkQueueName = 'bulk-operations';

/** So often in a row a chunk may fail until the operation has. */
const maxConsecutiveFailures = 4;

/** The job that runs bulk operations, chunk by chunk, on whichever replica takes it. */
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

  /** Notes the failure; true when there were too many. A database that is down is no failure of the chunk's. */
  private async recordFailure(id: string, { after }: Cursor, error: unknown): Promise<boolean> {
    if (error instanceof UnavailableError) return false;
    this.logger.error({ err: error, bulk_id: id, after }, 'a chunk of a bulk operation failed');
    const location = after === '' ? 'The first chunk of tenants' : `The tenants after ${after}`;
    const reason = `${location} could not be written, ${maxConsecutiveFailures} times in a row; the log says why.`;
    const failed = await this.database.asPlatform(allTenants, () =>
      this.operations.recordFailure(id, maxConsecutiveFailures, reason),
    );
    return failed?.state === 'failed';
  }
}
