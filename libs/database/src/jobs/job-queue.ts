import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { OutageLog } from '#telemetry';
import { type Job, PgBoss } from 'pg-boss';
import { Database } from '../database.js';
import { JobStatements } from './job-statements.js';

/**
 * Does one job. It may run again after a failure or a crash of its replica, and for a moment twice at once. So it must record
 * its progress in the same transaction as its work. When `signal` is aborted, it throws the signal's reason as soon as it can;
 * another replica then continues.
 */
export type JobHandler<Data extends object> = (data: Data, signal: AbortSignal) => Promise<void>;

type AnyJobHandler = JobHandler<object>;

/** A job without a heartbeat for this time goes to another replica. The engine allows no shorter time. */
const heartbeatSeconds = 10;
/** How often one of the replicas looks for jobs whose replica crashed. */
const superviseSeconds = 3;
const pollSeconds = 1;
const queueOptions = {
  heartbeatSeconds,
  // Only its handler gives a job up: a crash of a replica is no failure of the job.
  retryLimit: 100_000,
  retryDelay: 1,
  expireInSeconds: 86_000,
  retentionSeconds: 7 * 86_400,
  deleteAfterSeconds: 86_400,
};
/** How long a shutdown waits for a handler to stop. */
const stopTimeoutMs = 10_000;

/**
 * Background jobs that survive a crash of their replica, based on pg-boss. Jobs are rows: a job enqueued in a transaction
 * exists once that commits, and runs soon afterwards on any replica that has registered a handler for its queue.
 *
 * ```ts
 * queue.registerHandler<{ id: string }>('bulk', async ({ id }, signal) => signal.throwIfAborted()); // in onModuleInit
 * await database.asPlatform(allTenants, () => queue.enqueue('bulk', { id: '1' }));
 * queue.wake('bulk'); // after the commit: this replica looks for the job at once
 * ```
 */
@Injectable()
export class JobQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly handlers = new Map<string, AnyJobHandler>();
  private readonly workers = new Map<string, string>();
  private readonly outageLog = new OutageLog(new Logger('jobs'), {
    recovery: 'The job engine can use the database again.',
  });
  private readonly shutdown = new AbortController();
  private readonly boss: PgBoss;
  private readonly statements: JobStatements;

  constructor(private readonly database: Database) {
    this.statements = new JobStatements(database.transactions);
    this.boss = new PgBoss({
      db: { executeSql: (sql, values = []) => this.runStatement(sql, values) },
      schema: 'pgboss',
      migrate: false,
      createSchema: false,
      schedule: false,
      registerInstance: false,
      reindex: false,
      monitorVacuum: false,
      superviseIntervalSeconds: superviseSeconds,
      monitorIntervalSeconds: superviseSeconds,
    });
    this.boss.on('error', (err) => {
      // The engine polls every second, and its last polls fail when the database closes.
      if (!this.shutdown.signal.aborted)
        this.outageLog.recordFailure('The job engine cannot do its work.', { err });
    });
  }

  /** Creates a queue and its handler, which does one job at a time on each replica. Call it before the application has started. */
  registerHandler<Data extends object>(name: string, handler: JobHandler<Data>): void {
    this.handlers.set(name, handler as AnyJobHandler);
  }

  /**
   * Adds a job in the open transaction. It runs after `afterSeconds` at the earliest.
   *
   * @throws NoTransactionError when no transaction is open.
   * @throws Error when no replica has registered a handler for the queue.
   */
  async enqueue(name: string, data: object, afterSeconds = 0): Promise<void> {
    const db = {
      executeSql: (sql: string, values?: unknown[]) => this.statements.runInTransaction(sql, values),
    };
    await this.boss.send(name, data, { db, startAfter: afterSeconds });
  }

  /** Looks for jobs of the queue now instead of within a second. Call it after the commit. */
  wake(name: string): void {
    const worker = this.workers.get(name);
    if (worker !== undefined) this.boss.notifyWorker(worker);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.handlers.size > 0) await this.database.runAtStartup(() => this.startWorkers());
  }

  /** Runs before the database closes. The handlers stop, and other replicas continue their jobs. */
  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort(new Error('This replica is shutting down; another one continues the job.'));
    await this.boss.stop({ graceful: true, timeout: stopTimeoutMs });
  }

  /** Runs again after an outage in the middle of it, so it skips queues that are open already. */
  private async startWorkers(): Promise<void> {
    if (this.shutdown.signal.aborted) return;
    await this.boss.start();
    for (const [name, handler] of this.handlers) {
      if (!this.workers.has(name)) await this.openQueue(name, handler);
    }
  }

  private async openQueue(name: string, handler: AnyJobHandler): Promise<void> {
    await this.boss.createQueue(name, queueOptions);
    const run = (jobs: Job<object>[]) => this.runJob(jobs, handler);
    this.workers.set(name, await this.boss.work(name, { pollingIntervalSeconds: pollSeconds }, run));
  }

  /** The engine passes a list with one job. */
  private async runJob([job]: Job<object>[], handler: AnyJobHandler): Promise<void> {
    if (!job) return;
    const signal = AbortSignal.any([job.signal, this.shutdown.signal]);
    await handler(job.data, signal);
  }

  private async runStatement(
    sql: string,
    values: readonly unknown[],
  ): Promise<{ rows: Record<string, unknown>[] }> {
    const result = await this.statements.run(sql, values);
    this.outageLog.recordRecovery();
    return result;
  }
}
