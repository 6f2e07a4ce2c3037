import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database, allTenants } from '#database';
import { PeriodicTask } from '#telemetry';
import { QuestionLogRepository } from './question-log.repository.js';

const pruneIntervalMs = 3_600_000;
/** More at the same time are not logged: the log must not take the connections of the queries. */
const maxPending = 20;

/** Keeps the questions of tenants with `log_questions` for 30 days. Their texts are in no other log. */
@Injectable()
export class QuestionLogService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('question-log');
  private readonly pending = new Set<Promise<void>>();
  private readonly task = new PeriodicTask({
    intervalMs: pruneIntervalMs,
    logger: this.logger,
    failure: 'Old questions were not deleted; the next run tries again.',
    run: () => this.prune(),
  });

  constructor(
    private readonly database: Database,
    private readonly repository: QuestionLogRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  /** Waits for the questions that are being written. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    await Promise.all(this.pending);
  }

  /** Writes the question in the background. A failure is logged without the text, and the query does not notice. */
  record(tenantId: string, question: string): void {
    if (this.pending.size >= maxPending) return;
    const write = this.database
      .asTenant(tenantId, () => this.repository.insert(tenantId, question))
      .catch((error: unknown) => this.warn(tenantId, error))
      .finally(() => this.pending.delete(write));
    this.pending.add(write);
  }

  /** Deletes what is older than 30 days, of all tenants. */
  async prune(): Promise<void> {
    const count = await this.database.asPlatform(allTenants, () => this.repository.prune());
    if (count > 0) await this.prune();
  }

  /** Only the name of the error: that of a statement has its parameters. */
  private warn(tenantId: string, error: unknown): void {
    const name = error instanceof Error ? error.name : 'unknown';
    this.logger.warn({ tenant_id: tenantId, error: name }, 'a question was not logged');
  }
}
