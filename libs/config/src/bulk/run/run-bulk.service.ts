import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, JobQueue, allTenants } from '#database';
import { UnavailableError } from '#kernel';
import { Fleet } from '../../fleet/fleet.service.js';
import { BulkChunk, type Place } from './bulk-chunk.service.js';
import { BulkOperationRepository } from '../bulk-operation.repository.js';

export const bulkQueue = 'bulk-operations';

/** So often in a row a chunk may fail until the operation has. */
const mostFailures = 4;

/** The job that runs bulk operations, chunk by chunk, on whichever replica takes it. */
@Injectable()
export class RunBulk implements OnModuleInit {
  private readonly logger = new Logger('bulk operations');

  constructor(
    private readonly database: Database,
    private readonly jobs: JobQueue,
    private readonly fleet: Fleet,
    private readonly operations: BulkOperationRepository,
    private readonly chunk: BulkChunk,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ id: string }>(bulkQueue, ({ id }, signal) => this.run(id, signal));
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    const operation = await this.database.readAsPlatform(allTenants, () => this.operations.find(id));
    if (!operation) return;
    let place: Place | null = { after: '', missed: 0 };
    while (place) {
      signal.throwIfAborted();
      place = await this.attempt(id, place, operation.created_by);
    }
  }

  private async attempt(id: string, place: Place, actor: string): Promise<Place | null> {
    const author = { actor, role: 'platform_admin' };
    try {
      const commons = await this.fleet.commons();
      return await this.database.asPlatform(allTenants, () => this.chunk.work(id, place, commons), author);
    } catch (error) {
      if (await this.hasFailed(id, place, error)) return null;
      throw error;
    }
  }

  /** Notes the failure; true when there were too many. A database that is down is no failure of the chunk's. */
  private async hasFailed(id: string, { after }: Place, error: unknown): Promise<boolean> {
    if (error instanceof UnavailableError) return false;
    this.logger.error({ err: error, bulk_id: id, after }, 'a chunk of a bulk operation failed');
    const where = after === '' ? 'The first chunk of tenants' : `The tenants after ${after}`;
    const reason = `${where} could not be written, ${mostFailures} times in a row; the log says why.`;
    const failed = await this.database.asPlatform(allTenants, () =>
      this.operations.fail(id, mostFailures, reason),
    );
    return failed?.state === 'failed';
  }
}
