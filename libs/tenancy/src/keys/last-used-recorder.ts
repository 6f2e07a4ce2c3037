import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { KeyRepository } from './key.repository.js';

/** Records in the background when keys were used. No request waits for it; if a write fails, only that record is lost. */
@Injectable()
export class LastUsedRecorder implements BeforeApplicationShutdown {
  private readonly logger = new Logger('keys');
  private readonly pendingWrites = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly repository: KeyRepository,
  ) {}

  /** `tenantId` is null for a key of the platform. */
  record(id: string, tenantId: string | null): void {
    const pendingWrite = this.write(id, tenantId)
      .catch((error: unknown) =>
        this.logger.debug({ err: error }, 'the last use of a key could not be recorded'),
      )
      .finally(() => this.pendingWrites.delete(pendingWrite));
    this.pendingWrites.add(pendingWrite);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.pendingWrites);
  }

  private write(id: string, tenantId: string | null): Promise<void> {
    const work = () => this.repository.recordUse(id);
    return tenantId === null
      ? this.database.asPlatform(allTenants, work)
      : this.database.asTenant(tenantId, work);
  }
}
