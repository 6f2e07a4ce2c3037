import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { Clock } from '#kernel';
import { SessionRepository } from './session.repository.js';

/** Records in the background when sessions were used. No request waits for it; if a write fails, only that record is lost. */
@Injectable()
export class SessionUseRecorder implements BeforeApplicationShutdown {
  private readonly logger = new Logger('sessions');
  private readonly pendingWrites = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly repository: SessionRepository,
    private readonly clock: Clock,
  ) {}

  record(id: string): void {
    const work = () => this.repository.recordUse(id, new Date(this.clock.now()));
    const pendingWrite = this.database
      .asPlatform(allTenants, work)
      .catch((error: unknown) =>
        this.logger.debug({ err: error }, 'the last use of a session could not be recorded'),
      )
      .finally(() => this.pendingWrites.delete(pendingWrite));
    this.pendingWrites.add(pendingWrite);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.pendingWrites);
  }
}
