/* oxlint-disable max-lines -- its split follows */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientBase } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import {
  type StatementRows,
  runInOwnTransaction,
  runInOpenTransaction,
} from './transaction/job-statements.js';
import { toConcurrencyError } from './transaction/to-concurrency-error.js';
import {
  type CommittedChange,
  TransactionNotStartedError,
  type OpenTransaction,
  destroyConnection,
  readOwnChanges,
} from './transaction/open-transaction.js';
import type { DatabaseAvailability } from './availability/database-availability.js';
import type { StartupTasks, StartupTask } from './startup-tasks.js';
import {
  type Author,
  type TransactionScope,
  canJoin,
  describeScope,
  beginStatement,
} from './transaction/transaction-scope.js';
import {
  databaseUnavailable,
  isLostConnection,
  toUnconfirmedError,
  toUnavailableError,
} from './availability/connection-errors.js';

type CommitListener = (changes: readonly CommittedChange[]) => void | Promise<void>;

/** Whether others may use the database before a work of the start is done. */
type StartupMode = 'blocking' | 'background';

/** What the database runs on. */
interface DatabaseBackend {
  readonly availability: DatabaseAvailability;
  readonly startupTasks: Readonly<Record<StartupMode, StartupTasks>>;
  close(): Promise<void>;
}

/** A query was made with no transaction open, so that no tenant is named and nothing would be found. */
export class NoTransactionError extends Error {
  constructor() {
    super(
      'No transaction is open: wrap the call in database.asTenant(id, …), asPlatform(scope, …) or readGlobal(…).',
    );
  }
}

/**
 * The one way to Postgres. Every statement runs in a transaction that has taken a role and named its tenant, both for that
 * transaction only, so that row-level security decides what it sees (specification §1.4) and PgBouncer may pool by transaction.
 *
 * Where the connection turns out to be dead before anything has happened, the work is begun once more on another one: until its first
 * answer it has to change nothing but the database.
 *
 * A call inside an open transaction of the same scope joins it; one of another scope is refused, since it would need a
 * second connection, which deadlocks on the embedded database. An unreachable database is `unavailable`, at once while that is
 * known; `reachability` tells when it comes and goes.
 *
 * ```ts
 * const rows = await database.readAsTenant('acme-law', () =>
 *   database.query<{ doc_id: string }>('SELECT doc_id FROM documents'),
 * );
 * ```
 */
export class Database {
  private readonly transactions = new AsyncLocalStorage<OpenTransaction>();
  private readonly commitHooks = new AsyncLocalStorage<() => Promise<unknown>>();
  private readonly commitListeners: CommitListener[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly backend: DatabaseBackend,
  ) {}

  get availability(): DatabaseAvailability {
    return this.backend.availability;
  }

  /**
   * Work of the start, which has to be done once: now when the database is there, else as soon as it is, in the order of the
   * calls, and this returns at once. Nobody else is let in before it is done, unless it says that others need not wait. An
   * outage meanwhile has it done again.
   *
   * ```ts
   * onModuleInit(): Promise<void> {
   *   return this.database.runAtStartup(() => this.fillIn());
   * }
   * ```
   *
   * @throws what the work throws other than of an outage; later, in the background, that is logged and the work tried again.
   */
  async runAtStartup(task: StartupTask, mode: StartupMode = 'blocking'): Promise<void> {
    const { availability, startupTasks } = this.backend;
    startupTasks[mode].add(task);
    if (!availability.isAvailable) return;
    try {
      await startupTasks[mode].run();
    } catch (error) {
      if (availability.reportFailure(error)) return;
      startupTasks[mode].remove(task);
      throw error;
    }
  }

  /** Sees and changes the rows of this tenant; what is changed, `author` did. */
  asTenant<T>(tenantId: string, work: () => Promise<T>, author?: Author): Promise<T> {
    return this.runInScope({ role: 'attune_tenant', tenant: tenantId, access: 'write', author }, work);
  }

  readAsTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return this.runInScope({ role: 'attune_tenant', tenant: tenantId, access: 'read' }, work);
  }

  /** Sees and changes what platform admins may: of one tenant, or with `listTenants` of every one. */
  asPlatform<T>(scope: string, work: () => Promise<T>, author?: Author): Promise<T> {
    return this.runInScope({ role: 'attune_platform', tenant: scope, access: 'write', author }, work);
  }

  readAsPlatform<T>(scope: string, work: () => Promise<T>): Promise<T> {
    return this.runInScope({ role: 'attune_platform', tenant: scope, access: 'read' }, work);
  }

  /** Sees what belongs to no tenant: plans, models, platform defaults, and the look-up of a credential. */
  readGlobal<T>(work: () => Promise<T>): Promise<T> {
    return this.runInScope({ role: 'attune_tenant', tenant: '', access: 'read' }, work);
  }

  /**
   * Runs `work`; each transaction of it that may change something ends with `step`, which is committed with it or not at all.
   *
   * ```ts
   * database.withCommitHook(() => database.query('SELECT note_request($1)', [id]), () => handle(request));
   * ```
   */
  withCommitHook<T>(hook: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
    return this.commitHooks.run(hook, work);
  }

  /** What `work` notes beside that, and stays whatever becomes of it, does not end so. */
  withoutCommitHook<T>(work: () => Promise<T>): Promise<T> {
    return this.commitHooks.exit(work);
  }

  /**
   * Runs one statement in the open transaction; INSERT, UPDATE and DELETE return the rows of their RETURNING.
   *
   * @throws NoTransactionError when none is open.
   */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const transaction = this.transactions.getStore();
    if (!transaction) throw new NoTransactionError();
    const result = await transaction.runner.query(sql, [...parameters], true);
    return result.records as Row[];
  }

  /** One statement of the job engine (`JobQueue`), which sees its own tables only, in a transaction of its own. */
  async runJobStatement(sql: string, values: readonly unknown[]): Promise<StatementRows> {
    this.throwIfUnavailable();
    const runner = this.dataSource.createQueryRunner();
    try {
      return await runInOwnTransaction((await runner.connect()) as ClientBase, sql, values);
    } catch (error) {
      await this.rollBack(runner, error);
      throw toUnavailableError(error) ?? error;
    } finally {
      await runner.release();
    }
  }

  /**
   * The same inside the open transaction, with which it commits.
   *
   * @throws NoTransactionError when none is open.
   */
  async runJobStatementInTransaction(sql: string, values: readonly unknown[]): Promise<StatementRows> {
    const transaction = this.transactions.getStore();
    if (!transaction) throw new NoTransactionError();
    const { runner, scope } = transaction;
    return runInOpenTransaction((await runner.connect()) as ClientBase, scope.role, sql, values);
  }

  /** Calls `listener` after each commit that changed something cached, before the changing call returns. */
  onCommit(listener: CommitListener): void {
    this.commitListeners.push(listener);
  }

  async ping(): Promise<void> {
    await this.readGlobal(() => this.query('SELECT 1'));
  }

  /** Does not wait for a server that does not answer. */
  close(): Promise<void> {
    return this.backend.close();
  }

  private async runInScope<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    const open = this.transactions.getStore();
    if (!open) return this.runInNewTransaction(scope, work);
    if (!canJoin(open.scope, scope)) {
      throw new Error(
        `A transaction ${describeScope(scope)} cannot start inside one ${describeScope(open.scope)}.`,
      );
    }
    return work();
  }

  /** A connection that was dead has done nothing yet: the work begins anew on another one. */
  private async runInNewTransaction<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    try {
      return await this.attemptTransaction(scope, work);
    } catch (error) {
      if (!(error instanceof TransactionNotStartedError)) throw error;
      if (!isLostConnection(error.cause) || !(await this.availability.checkNow())) throw error.callerError;
    }
    return this.attemptTransaction(scope, work).catch((error: unknown) => {
      throw error instanceof TransactionNotStartedError ? error.callerError : error;
    });
  }

  /** @throws TransactionNotStartedError when not even the beginning came through. */
  private async attemptTransaction<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    const transaction = await this.beginTransaction(scope);
    try {
      const result = await this.transactions.run(transaction, work);
      await transaction.started;
      if (scope.access === 'read') void this.commitRead(transaction);
      else await this.commitWrite(transaction);
      return result;
    } catch (error) {
      throw await this.abortTransaction(transaction, error);
    }
  }

  /** The role and the tenant end with the transaction. What follows is sent behind the beginning, without waiting for it. */
  private async beginTransaction(scope: TransactionScope): Promise<OpenTransaction> {
    const statement = beginStatement(scope);
    this.throwIfUnavailable();
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.connect();
    } catch (error) {
      await this.rollBackAndRelease(runner, error);
      throw new TransactionNotStartedError(error);
    }
    const started = runner.query(statement);
    started.catch(() => undefined);
    return { scope, runner, started, isCommitting: false };
  }

  /** Nobody waits for it. */
  private async commitRead({ runner }: OpenTransaction): Promise<void> {
    await runner.query('COMMIT').catch((error: unknown) => this.rollBack(runner, error));
    await runner.release();
  }

  private async commitWrite(transaction: OpenTransaction): Promise<void> {
    const { runner } = transaction;
    const hook = this.commitHooks.getStore();
    if (hook) await this.transactions.run(transaction, hook);
    const changes = await readOwnChanges(runner);
    transaction.isCommitting = true;
    await runner.query('COMMIT');
    await runner.release();
    if (changes.length > 0) await this.notifyCommitListeners(changes);
  }

  /** Returns what callers are told. */
  private async abortTransaction(
    { runner, started, isCommitting }: OpenTransaction,
    error: unknown,
  ): Promise<unknown> {
    const startFailure = await started.then(
      () => null,
      (cause: unknown) => new TransactionNotStartedError(cause),
    );
    await this.rollBackAndRelease(runner, startFailure?.cause ?? error);
    return (
      startFailure ??
      (isCommitting ? toUnconfirmedError : toUnavailableError)(error) ??
      toConcurrencyError(error) ??
      error
    );
  }

  private throwIfUnavailable(): void {
    const { availability, startupTasks } = this.backend;
    if (!availability.isAvailable && !startupTasks['blocking'].isInsideTask) throw databaseUnavailable();
  }

  private async rollBackAndRelease(runner: QueryRunner, error: unknown): Promise<void> {
    await this.rollBack(runner, error);
    await runner.release();
  }

  /** A connection that may not answer any more is not asked to, and nobody gets it after this. */
  private async rollBack(runner: QueryRunner, error: unknown): Promise<void> {
    const outage = toUnavailableError(error);
    if (outage) void this.availability.checkNow();
    if (outage) await destroyConnection(runner);
    else await runner.query('ROLLBACK').catch(() => destroyConnection(runner));
  }

  /** The change is committed whatever a listener does; catching up later is the cache's own business. */
  private async notifyCommitListeners(changes: readonly CommittedChange[]): Promise<void> {
    await Promise.allSettled(this.commitListeners.map(async (listener) => listener(changes)));
  }
}
