import type { DataSource, EntityManager } from 'typeorm';
import { inSpan } from '#telemetry';
import type { DatabaseAvailability } from './availability/database-availability.js';
import { poolSizeOf } from './data-source.js';
import type { Standby } from './standby/open-standby.js';
import { StandbyReads } from './standby/standby-reads.js';
import type { StartupMode, StartupTask, StartupTasks } from './startup-tasks.js';
import { type StandaloneStatement, StandaloneStatements } from './transaction/standalone-statements.js';
import { describeStatement } from './transaction/statement-span.js';
import { type CommitListener, TransactionRunner } from './transaction/transaction-runner.js';
import type { Author, TransactionScope } from './transaction/transaction-scope.js';

const service: Author = { actor: 'system', role: 'system' };

/** What the database runs on. */
interface DatabaseBackend {
  readonly availability: DatabaseAvailability;
  readonly startupTasks: StartupTasks;
  close(): Promise<void>;
  /** Another server for reads that may go there. Default: none. */
  readonly standby?: Standby | null;
  /** Only of the embedded database: Postgres has tools for it. */
  readonly backUp?: () => Promise<Blob>;
  /** All connections share one session, as those of the embedded database do. Default: false. */
  readonly isSessionShared?: boolean;
}

/**
 * The one way to Postgres. Every statement runs in a transaction that has set a role and a tenant, both for that transaction
 * only. So row-level security decides what it sees (specification §1.4), and PgBouncer may pool by transaction. The exception is
 * `runStandalone`.
 *
 * If the connection turns out to be dead before the server has answered anything, the work runs once more on another
 * connection. Until its first answer, the work must therefore change nothing outside the database.
 *
 * A call inside an open transaction of the same scope joins it. A call of another scope is refused: it would need a second
 * connection, and on the embedded database that deadlocks. While the database is unreachable, every call throws
 * `UnavailableError` at once; `availability` reports when that begins and ends.
 *
 * ```ts
 * const rows = await database.readAsTenant('acme-law', () =>
 *   database.query<{ doc_id: string }>('SELECT doc_id FROM documents'),
 * );
 * ```
 */
export class Database {
  /** For the job engine, which runs its own statements; everything else uses the methods below. */
  readonly transactions: TransactionRunner;
  /** How reads are sent to the standby; null if the database has none. */
  readonly standby: StandbyReads | null;
  private readonly standaloneStatements: StandaloneStatements;

  constructor(
    dataSource: DataSource,
    private readonly backend: DatabaseBackend,
  ) {
    const { availability, startupTasks } = backend;
    this.transactions = new TransactionRunner({
      dataSource,
      availability,
      maxTransactions: poolSizeOf(dataSource),
      isExemptFromOutage: () => startupTasks.isInsideBlockingTask,
    });
    this.standby = backend.standby ? new StandbyReads(this.transactions, backend.standby) : null;
    this.standaloneStatements = new StandaloneStatements(
      this.transactions,
      availability,
      backend.isSessionShared ?? false,
    );
  }

  /** Whether the database can be reached, since when, and why not. */
  get availability(): DatabaseAvailability {
    return this.backend.availability;
  }

  /**
   * Runs a start-up task once the database is available: now, or in the order of the calls as soon as it is; then this
   * returns at once. Other callers wait until a `blocking` task is done, but not for a `background` one. After an outage in
   * the middle of it, the task runs again.
   *
   * ```ts
   * await database.runAtStartup(async () => {
   *   await database.asPlatform('*', () => database.query('SELECT attune_prune_change_feed()'));
   * });
   * ```
   *
   * @throws what the task throws, unless it is an outage. A background task that fails later is logged and runs again.
   */
  runAtStartup(task: StartupTask, mode: StartupMode = 'blocking'): Promise<void> {
    return this.backend.startupTasks.add(task, mode);
  }

  /**
   * Runs `work` in a transaction that reads and changes the rows of this tenant. The history and the audit log name `author`
   * as who changed them; without it they name the database user.
   *
   * @throws TenantNotFoundError when `tenantId` is not a valid id, or a row of a tenant is written that was just deleted.
   * @throws UnavailableError when the database cannot be reached or gave way to a concurrent transaction.
   */
  asTenant<T>(tenantId: string, work: () => Promise<T>, author?: Author): Promise<T> {
    return this.run({ role: 'attune_tenant', tenant: tenantId, access: 'write', author }, work);
  }

  /** Runs `work` in a read-only transaction that sees the rows of this tenant. Errors are those of `asTenant`. */
  readAsTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return this.run({ role: 'attune_tenant', tenant: tenantId, access: 'read' }, work);
  }

  /**
   * As `readAsTenant`, but for lists and reports: it may read the standby. It sees everything that was committed before the call. Never
   * decide anything by it: no lock is taken on a standby, and a change may be committed there a moment before its caller knows. If the
   * standby fails, `work` runs again on the primary.
   *
   * ```ts
   * const findIds = () => database.query<{ doc_id: string }>('SELECT doc_id FROM documents');
   * const rows = await database.listAsTenant('acme-law', findIds);
   * ```
   */
  listAsTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return this.list({ role: 'attune_tenant', tenant: tenantId, access: 'read' }, work);
  }

  /**
   * As `readAsTenant`, but all statements see the tenant's rows at the moment of the first one. For work that reads in pages.
   * Errors are those of `asTenant`.
   */
  readSnapshotAsTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return this.run({ role: 'attune_tenant', tenant: tenantId, access: 'snapshot' }, work);
  }

  /**
   * Runs `work` in a transaction that reads and changes what platform admins may. `scope` is a tenant's id, or `allTenants`.
   * Errors are those of `asTenant`.
   */
  asPlatform<T>(scope: string, work: () => Promise<T>, author?: Author): Promise<T> {
    return this.run({ role: 'attune_platform', tenant: scope, access: 'write', author }, work);
  }

  /** Runs `work` in a read-only transaction that sees what platform admins may. `scope` is as in `asPlatform`. */
  readAsPlatform<T>(scope: string, work: () => Promise<T>): Promise<T> {
    return this.run({ role: 'attune_platform', tenant: scope, access: 'read' }, work);
  }

  /** As `readAsPlatform`, but for lists and reports, as in `listAsTenant`. */
  listAsPlatform<T>(scope: string, work: () => Promise<T>): Promise<T> {
    return this.list({ role: 'attune_platform', tenant: scope, access: 'read' }, work);
  }

  /** Runs `work` in a read-only transaction without a tenant. It sees plans, models, platform defaults and credentials. */
  readGlobal<T>(work: () => Promise<T>): Promise<T> {
    return this.run({ role: 'attune_tenant', tenant: '', access: 'read' }, work);
  }

  /**
   * Runs `work` in a transaction of the worker that sends webhooks, the only role that reads their secrets. It sees webhooks and their
   * deliveries of every tenant, and nothing else of them but who used up a limit. Errors are those of `asTenant`.
   */
  asWebhookWorker<T>(work: () => Promise<T>): Promise<T> {
    return this.run({ role: 'attune_webhooks', tenant: '', access: 'write', author: service }, work);
  }

  /**
   * Runs `work` in a transaction of the sign-in, the only role that reads the secrets of identity connections and the key that seals them.
   * It sees nothing of a tenant but its connections. Errors are those of `asTenant`.
   */
  asSignIn<T>(work: () => Promise<T>): Promise<T> {
    return this.run({ role: 'attune_sign_in', tenant: '', access: 'write', author: service }, work);
  }

  /**
   * Runs `work`, and calls `hook` at the end of each of its writing transactions. If `hook` fails, that transaction is
   * rolled back.
   *
   * ```ts
   * const noteRequest = () => database.query('SELECT note_request($1)', ['request-1']);
   * await database.withCommitHook(noteRequest, () => database.asTenant('acme-law', async () => undefined));
   * ```
   */
  withCommitHook<T>(hook: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
    return this.transactions.withCommitHook(hook, work);
  }

  /** Runs `work` without the commit hook, e.g. for records that must survive a rollback. */
  withoutCommitHook<T>(work: () => Promise<T>): Promise<T> {
    return this.transactions.withoutCommitHook(work);
  }

  /**
   * Runs one statement in the open transaction. INSERT, UPDATE and DELETE return the rows of their RETURNING.
   *
   * @throws NoTransactionError when none is open.
   */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const { runner } = this.transactions.current;
    const send = () => runner.query(sql, [...parameters], true);
    const result = await inSpan(() => describeStatement(sql), send);
    return result.records as Row[];
  }

  /**
   * Runs one statement outside of any transaction, without a role: in one round trip, and committed when this returns. The login may
   * run only the functions that `migrate` grants to it; each of them limits itself to the tenants that its caller names.
   *
   * The statement must be repeatable: if its connection is lost, it is sent once more, although the first one may be committed.
   *
   * ```ts
   * const statement = { name: 'now 1', text: 'SELECT now() AS at', values: [] };
   * const [row] = await database.runStandalone<{ at: Date }>(statement);
   * ```
   *
   * @throws UnavailableError when the database cannot be reached or another transaction blocked the statement.
   */
  runStandalone<Row extends object>(statement: StandaloneStatement): Promise<Row[]> {
    return this.standaloneStatements.run<Row>(statement);
  }

  /**
   * TypeORM's manager of the open transaction, for plain reads and writes of entities by key. Each call of `find…`, `exists…`,
   * `insert`, `update`, `upsert` or `delete` is one statement. Do not use `save` and `remove`: they read first. Row-level
   * security applies as in `query`.
   *
   * ```ts
   * class NoteEntity {
   *   readonly id!: string;
   * }
   * const findNote = () => database.manager.findOneBy(NoteEntity, { id: '1' });
   * const note = await database.readAsTenant('acme-law', findNote);
   * ```
   *
   * @throws NoTransactionError when none is open.
   */
  get manager(): EntityManager {
    return this.transactions.current.runner.manager;
  }

  /** Calls `listener` after each commit that changed something cached, before the changing call returns. */
  onCommit(listener: CommitListener): void {
    this.transactions.onCommit(listener);
  }

  /** @throws UnavailableError when the database does not answer a statement. */
  async ping(): Promise<void> {
    await this.readGlobal(() => this.query('SELECT 1'));
  }

  /**
   * The files of the embedded database as a gzipped tar, as of one moment. It can be called at any time; other work waits
   * meanwhile. Null on Postgres, which is backed up with its own tools.
   */
  get backUp(): (() => Promise<Blob>) | null {
    return this.backend.backUp ?? null;
  }

  /** Closes every connection. Does not wait for a server that does not answer. */
  async close(): Promise<void> {
    await Promise.all([this.backend.close(), this.backend.standby?.close()]);
  }

  private list<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    return this.standby === null ? this.run(scope, work) : this.standby.run(scope, work);
  }

  private run<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    return this.transactions.run(scope, work);
  }
}
