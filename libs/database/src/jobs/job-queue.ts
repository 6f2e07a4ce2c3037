import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Job, PgBoss } from 'pg-boss';
import { Database } from '../database.js';
import { JobStatements } from './job-statements.js';

/**
 * Does one job. It may run again after a failure or the death of its replica, and for a moment twice at once, so what it did
 * must be recorded in the same transaction as its doing. It stops as soon as it well can when `signal` is aborted, by throwing
 * the signal's reason; another replica goes on then.
 */
export type JobHandler<Data extends object> = (data: Data, signal: AbortSignal) => Promise<void>;

type AnyJobHandler = JobHandler<object>;

/** Seconds without a sign of life after which a job is another replica's; the engine allows no less. */
const heartbeatSeconds = 10;
/** How often some replica looks for jobs whose replica died. */
const superviseSeconds = 3;
const pollSeconds = 1;
const queueOptions = {
  heartbeatSeconds,
  // A job is given up only by its handler: dying replicas are no fault of the job's.
  retryLimit: 100_000,
  retryDelay: 1,
  expireInSeconds: 86_000,
  retentionSeconds: 7 * 86_400,
  deleteAfterSeconds: 86_400,
};
/** What a shutdown waits for a handler to stop. */
const stopTimeoutMs = 10_000;

/**
 * Work in the background that survives the replica that does it, over pg-boss. Jobs are rows: one enqueued in a transaction
 * exists when that commits, and runs soon after on any replica that defined its queue.
 *
 * ```ts
 * queue.define<{ id: string }>('bulk', ({ id }, signal) => run(id, signal)); // before the start is done
 * await database.asPlatform(allTenants, async () => queue.enqueue('bulk', { id: await insert() }));
 * queue.wake('bulk'); // after the commit: this replica looks at once
 * ```
 */
@Injectable()
export class JobQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly handlers = new Map<string, AnyJobHandler>();
  private readonly workers = new Map<string, string>();
  private readonly logger = new Logger('jobs');
  private readonly shutdown = new AbortController();
  private readonly boss: PgBoss;
  private readonly statements: JobStatements;
  private isFailing = false;

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
    this.boss.on('error', (error) => this.warnOnce(error));
  }

  /** Names a queue and who does its jobs, one at a time on each replica. */
  registerHandler<Data extends object>(name: string, handler: JobHandler<Data>): void {
    this.handlers.set(name, handler as AnyJobHandler);
  }

  /**
   * In the open transaction; the job is not done before `afterSeconds` have passed.
   *
   * @throws Error when no transaction is open, or the queue was not defined.
   */
  async enqueue(name: string, data: object, afterSeconds = 0): Promise<void> {
    const db = {
      executeSql: (sql: string, values?: unknown[]) => this.statements.runInTransaction(sql, values),
    };
    await this.boss.send(name, data, { db, startAfter: afterSeconds });
  }

  /** Looks for jobs of the queue now rather than within a second. */
  wake(name: string): void {
    const worker = this.workers.get(name);
    if (worker !== undefined) this.boss.notifyWorker(worker);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.handlers.size > 0) await this.database.runAtStartup(() => this.startWorkers());
  }

  /** Before the database closes. Handlers stop at their next good moment, and their jobs are free for other replicas. */
  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort(new Error('This replica is shutting down; another one goes on.'));
    await this.boss.stop({ graceful: true, timeout: stopTimeoutMs });
  }

  /** May be done again after an outage in the middle of it. */
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

  /** The engine gives a list of one. */
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
    this.isFailing = false;
    return result;
  }

  /** The engine asks every second: a database that is down is told once. */
  private warnOnce(error: Error): void {
    if (this.isFailing || this.shutdown.signal.aborted) return;
    this.isFailing = true;
    this.logger.warn({ err: error }, 'the job engine cannot do its work');
  }
}
