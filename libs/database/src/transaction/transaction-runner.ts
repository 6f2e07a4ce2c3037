import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import type { DomainError } from '#kernel';
import type { ClientBase } from 'pg';
import type { QueryRunner } from 'typeorm';
import { toBlockedTransactionError } from './blocked-transaction-error.js';
import {
  type CommittedChange,
  NoTransactionError,
  TransactionNotStartedError,
  type OpenTransaction,
  destroyConnection,
  readOwnChanges,
} from './open-transaction.js';
import {
  type ConnectionOptions,
  type ConnectionOwner,
  FairConnections,
  type PoolUse,
} from './fair-connections.js';
import { type TransactionScope, canJoin, describeScope, beginStatement } from './transaction-scope.js';
import {
  isCancelled,
  isDiskFull,
  isLostConnection,
  toUnconfirmedError,
  toUnavailableError,
} from '../availability/connection-errors.js';

/** Receives what a committed transaction changed. The changing call waits for it and ignores its failure. */
export type CommitListener = (changes: readonly CommittedChange[]) => void | Promise<void>;

/** Receives what metrics count, in milliseconds. */
export interface TransactionListener {
  /** A caller has waited so long for a connection, and got it or gave up. */
  onWaited(ms: number): void;
  /** A transaction has ended, from the call to the answer. */
  onEnded(access: TransactionScope['access'], ms: number): void;
}

/** Begins, commits, aborts and retries transactions, and remembers which one the running code is in. */
export class TransactionRunner {
  private readonly commitHooks = new AsyncLocalStorage<() => Promise<unknown>>();
  private readonly commitListeners: CommitListener[] = [];
  /** For metrics. */
  listener: TransactionListener | null = null;
  private readonly connections: FairConnections;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly openTransactions = new AsyncLocalStorage<OpenTransaction>(),
  ) {
    this.connections = new FairConnections(options, (ms) => this.listener?.onWaited(ms));
  }

  /** How the connections are used at the moment. */
  get pool(): PoolUse {
    return this.connections.use;
  }

  /** A runner of another pool. Both have the same `current`: code need not know on which server its transaction is open. */
  onOtherServer(options: ConnectionOptions): TransactionRunner {
    return new TransactionRunner(options, this.openTransactions);
  }

  get isInTransaction(): boolean {
    return this.openTransactions.getStore() !== undefined;
  }

  /**
   * The transaction that the caller runs in.
   *
   * @throws NoTransactionError when none is open.
   */
  get current(): OpenTransaction {
    const transaction = this.openTransactions.getStore();
    if (!transaction) throw new NoTransactionError();
    return transaction;
  }

  /** Runs `work` in a transaction of the scope: the open one if its scope allows that, else a new one. */
  async run<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    const open = this.openTransactions.getStore();
    if (!open) return this.runMeasured(scope, work);
    if (!canJoin(open.scope, scope)) {
      throw new Error(
        `A transaction ${describeScope(scope)} cannot start inside one ${describeScope(open.scope)}.`,
      );
    }
    return work();
  }

  /**
   * Lends `work` a connection on which it begins and commits by itself. If `work` fails, its transaction is rolled back.
   *
   * @throws UnavailableError when the database cannot be reached.
   */
  async runOnOwnConnection<T>(
    work: (client: ClientBase) => Promise<T>,
    turn: ConnectionOwner = { owner: '' },
  ): Promise<T> {
    try {
      const { runner, release } = await this.connections.acquire(turn).catch((error: unknown) => {
        throw this.refuse(new TransactionNotStartedError(error));
      });
      try {
        return await work((await runner.connect()) as ClientBase);
      } catch (error) {
        await this.rollBack(runner, error);
        throw error;
      } finally {
        await release();
      }
    } catch (error) {
      throw toUnavailableError(error) ?? error;
    }
  }

  withCommitHook<T>(hook: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
    return this.commitHooks.run(hook, work);
  }

  withoutCommitHook<T>(work: () => Promise<T>): Promise<T> {
    return this.commitHooks.exit(work);
  }

  onCommit(listener: CommitListener): void {
    this.commitListeners.push(listener);
  }

  private async runMeasured<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await this.runInNewTransaction(scope, work);
    } finally {
      this.listener?.onEnded(scope.access, performance.now() - startedAt);
    }
  }

  /** A dead connection has changed nothing yet, so the work starts once more on another one. */
  private async runInNewTransaction<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    try {
      return await this.attempt(scope, work);
    } catch (error) {
      if (!(error instanceof TransactionNotStartedError)) throw error;
      const mayRetry = isLostConnection(error.cause) && (await this.options.availability.checkNow());
      if (!mayRetry) throw this.refuse(error);
    }
    return this.attempt(scope, work).catch((error: unknown) => {
      throw error instanceof TransactionNotStartedError ? this.refuse(error) : error;
    });
  }

  /** Returns the error that the caller receives. An operator needs to know of a server that answers and lets no transaction begin. */
  private refuse({ cause, callerError }: TransactionNotStartedError): DomainError {
    this.options.availability.reportRefusal(cause);
    return callerError;
  }

  /** @throws TransactionNotStartedError when not even BEGIN was answered. */
  private async attempt<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    const transaction = await this.begin(scope);
    try {
      const result = await this.openTransactions.run(transaction, work);
      await transaction.started;
      if (scope.access === 'write') await this.commitWrite(transaction);
      else void this.commitRead(transaction);
      return result;
    } catch (error) {
      throw await this.abort(transaction, error);
    }
  }

  /** Sends BEGIN without waiting for the answer, so that the first statement travels with it. */
  private async begin(scope: TransactionScope): Promise<OpenTransaction> {
    const statement = beginStatement(scope);
    const connection = await this.connections.acquire({ owner: scope.tenant }).catch((error: unknown) => {
      throw new TransactionNotStartedError(error);
    });
    const started = connection.runner.query(statement);
    started.catch(() => undefined);
    return { ...connection, scope, started, isCommitting: false };
  }

  /** The caller has its rows already and does not wait for this. */
  private async commitRead({ runner, release }: OpenTransaction): Promise<void> {
    await runner.query('COMMIT').catch((error: unknown) => this.rollBack(runner, error));
    await release();
  }

  private async commitWrite(transaction: OpenTransaction): Promise<void> {
    const { runner, release } = transaction;
    const hook = this.commitHooks.getStore();
    if (hook) await this.openTransactions.run(transaction, hook);
    const changes = await readOwnChanges(runner);
    transaction.isCommitting = true;
    await runner.query('COMMIT');
    await release();
    this.options.availability.reportDisk(false);
    if (changes.length > 0) await this.notifyCommitListeners(changes);
  }

  /** Returns the error that the caller receives. */
  private async abort(transaction: OpenTransaction, error: unknown): Promise<unknown> {
    const { runner, release, started, isCommitting } = transaction;
    const startFailure = await started.then(
      () => null,
      (cause: unknown) => new TransactionNotStartedError(cause),
    );
    await this.rollBack(runner, startFailure?.cause ?? error);
    await release();
    this.report(error);
    return (
      startFailure ??
      (isCommitting ? toUnconfirmedError : toUnavailableError)(error) ??
      toBlockedTransactionError(error) ??
      error
    );
  }

  /** Tells what an operator has to mend. */
  report(error: unknown): void {
    const { availability } = this.options;
    if (isDiskFull(error)) availability.reportDisk(true);
    if (isCancelled(error)) availability.reportRefusal(error);
  }

  /** A connection that may be dead gets no ROLLBACK: it is closed, and the pool does not lend it again. */
  private async rollBack(runner: QueryRunner, error: unknown): Promise<void> {
    const outage = toUnavailableError(error);
    if (outage) void this.options.availability.checkNow();
    if (outage) await destroyConnection(runner);
    else await runner.query('ROLLBACK').catch(() => destroyConnection(runner));
  }

  /** A failing listener changes nothing: the transaction is committed, and the cache catches up from the feed. */
  private async notifyCommitListeners(changes: readonly CommittedChange[]): Promise<void> {
    await Promise.allSettled(this.commitListeners.map(async (listener) => listener(changes)));
  }
}
