import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientBase } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { type Rows, runAlone, runInside } from './jobs/job-statements.js';
import { collision } from './transaction/collision.js';
import {
  type CommittedChange,
  NotBegun,
  type OpenTransaction,
  hangUp,
  ownChanges,
} from './transaction/open-transaction.js';
import type { Reachability } from './reach/reachability.js';
import type { StartWork, Work } from './reach/start-work.js';
import { type Author, type Scope, canJoin, named, opening } from './transaction/scope.js';
import { away, isLostConnection, unconfirmed, unreachable } from './reach/unreachable.js';

type CommitListener = (changes: readonly CommittedChange[]) => void | Promise<void>;

/** Whether others may use the database before a work of the start is done. */
type Place = 'before others' | 'beside others';

/** What the database runs on. */
interface Host {
  readonly reachability: Reachability;
  readonly start: Readonly<Record<Place, StartWork>>;
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
 * transaction only, so that row-level security decides what it sees (SPEC §1.4) and PgBouncer may pool by transaction.
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
  private readonly lastSteps = new AsyncLocalStorage<() => Promise<unknown>>();
  private readonly listeners: CommitListener[] = [];

  constructor(
    private readonly source: DataSource,
    private readonly host: Host,
  ) {}

  get reachability(): Reachability {
    return this.host.reachability;
  }

  /**
   * Work of the start, which has to be done once: now when the database is there, else as soon as it is, in the order of the
   * calls, and this returns at once. Nobody else is let in before it is done, unless it says that others need not wait. An
   * outage meanwhile has it done again.
   *
   * ```ts
   * onModuleInit(): Promise<void> {
   *   return this.database.whenUp(() => this.fillIn());
   * }
   * ```
   *
   * @throws what the work throws other than of an outage; later, in the background, that is logged and the work tried again.
   */
  async whenUp(work: Work, place: Place = 'before others'): Promise<void> {
    const { reachability, start } = this.host;
    start[place].add(work);
    if (!reachability.isUp) return;
    try {
      await start[place].run();
    } catch (error) {
      if (reachability.noteFailure(error)) return;
      start[place].remove(work);
      throw error;
    }
  }

  /** Sees and changes the rows of this tenant; what is changed, `author` did. */
  asTenant<T>(tenantId: string, work: () => Promise<T>, author?: Author): Promise<T> {
    return this.within({ role: 'attune_tenant', tenant: tenantId, access: 'write', author }, work);
  }

  readAsTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return this.within({ role: 'attune_tenant', tenant: tenantId, access: 'read' }, work);
  }

  /** Sees and changes what platform admins may: of one tenant, or with `allTenants` of every one. */
  asPlatform<T>(scope: string, work: () => Promise<T>, author?: Author): Promise<T> {
    return this.within({ role: 'attune_platform', tenant: scope, access: 'write', author }, work);
  }

  readAsPlatform<T>(scope: string, work: () => Promise<T>): Promise<T> {
    return this.within({ role: 'attune_platform', tenant: scope, access: 'read' }, work);
  }

  /** Sees what belongs to no tenant: plans, models, platform defaults, and the look-up of a credential. */
  readGlobal<T>(work: () => Promise<T>): Promise<T> {
    return this.within({ role: 'attune_tenant', tenant: '', access: 'read' }, work);
  }

  /**
   * Runs `work`; each transaction of it that may change something ends with `step`, which is committed with it or not at all.
   *
   * ```ts
   * database.endingWith(() => database.query('SELECT note_request($1)', [id]), () => handle(request));
   * ```
   */
  endingWith<T>(step: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
    return this.lastSteps.run(step, work);
  }

  /** What `work` notes beside that, and stays whatever becomes of it, does not end so. */
  beside<T>(work: () => Promise<T>): Promise<T> {
    return this.lastSteps.exit(work);
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
  async asJobs(sql: string, values: readonly unknown[]): Promise<Rows> {
    this.refuseWhileAway();
    const runner = this.source.createQueryRunner();
    try {
      return await runAlone((await runner.connect()) as ClientBase, sql, values);
    } catch (error) {
      await this.takeBack(runner, error);
      throw unreachable(error) ?? error;
    } finally {
      await runner.release();
    }
  }

  /**
   * The same inside the open transaction, with which it commits.
   *
   * @throws NoTransactionError when none is open.
   */
  async asJobsInside(sql: string, values: readonly unknown[]): Promise<Rows> {
    const transaction = this.transactions.getStore();
    if (!transaction) throw new NoTransactionError();
    const { runner, scope } = transaction;
    return runInside((await runner.connect()) as ClientBase, scope.role, sql, values);
  }

  /** Calls `listener` after each commit that changed something cached, before the changing call returns. */
  onCommit(listener: CommitListener): void {
    this.listeners.push(listener);
  }

  async ping(): Promise<void> {
    await this.readGlobal(() => this.query('SELECT 1'));
  }

  /** Does not wait for a server that does not answer. */
  close(): Promise<void> {
    return this.host.close();
  }

  private async within<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const open = this.transactions.getStore();
    if (!open) return this.inNewTransaction(scope, work);
    if (!canJoin(open.scope, scope)) {
      throw new Error(`A transaction ${named(scope)} cannot start inside one ${named(open.scope)}.`);
    }
    return work();
  }

  /** A connection that was dead has done nothing yet: the work begins anew on another one. */
  private async inNewTransaction<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    try {
      return await this.attempt(scope, work);
    } catch (error) {
      if (!(error instanceof NotBegun)) throw error;
      if (!isLostConnection(error.cause) || !(await this.reachability.confirm())) throw error.told;
    }
    return this.attempt(scope, work).catch((error: unknown) => {
      throw error instanceof NotBegun ? error.told : error;
    });
  }

  /** @throws NotBegun when not even the beginning came through. */
  private async attempt<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const transaction = await this.begin(scope);
    try {
      const result = await this.transactions.run(transaction, work);
      await transaction.begun;
      if (scope.access === 'read') void this.endReading(transaction);
      else await this.commit(transaction);
      return result;
    } catch (error) {
      throw await this.abandon(transaction, error);
    }
  }

  /** The role and the tenant end with the transaction. What follows is sent behind the beginning, without waiting for it. */
  private async begin(scope: Scope): Promise<OpenTransaction> {
    const text = opening(scope);
    this.refuseWhileAway();
    const runner = this.source.createQueryRunner();
    try {
      await runner.connect();
    } catch (error) {
      await this.giveBack(runner, error);
      throw new NotBegun(error);
    }
    const begun = runner.query(text);
    begun.catch(() => undefined);
    return { scope, runner, begun, isCommitting: false };
  }

  /** Nobody waits for it. */
  private async endReading({ runner }: OpenTransaction): Promise<void> {
    await runner.query('COMMIT').catch((error: unknown) => this.takeBack(runner, error));
    await runner.release();
  }

  private async commit(transaction: OpenTransaction): Promise<void> {
    const { runner } = transaction;
    const step = this.lastSteps.getStore();
    if (step) await this.transactions.run(transaction, step);
    const changes = await ownChanges(runner);
    transaction.isCommitting = true;
    await runner.query('COMMIT');
    await runner.release();
    if (changes.length > 0) await this.tell(changes);
  }

  /** Returns what callers are told. */
  private async abandon({ runner, begun, isCommitting }: OpenTransaction, error: unknown): Promise<unknown> {
    const failure = await begun.then(
      () => null,
      (cause: unknown) => new NotBegun(cause),
    );
    await this.giveBack(runner, failure?.cause ?? error);
    return failure ?? (isCommitting ? unconfirmed : unreachable)(error) ?? collision(error) ?? error;
  }

  private refuseWhileAway(): void {
    const { reachability, start } = this.host;
    if (!reachability.isUp && !start['before others'].isAsking) throw away();
  }

  private async giveBack(runner: QueryRunner, error: unknown): Promise<void> {
    await this.takeBack(runner, error);
    await runner.release();
  }

  /** A connection that may not answer any more is not asked to, and nobody gets it after this. */
  private async takeBack(runner: QueryRunner, error: unknown): Promise<void> {
    const failure = unreachable(error);
    if (failure) void this.reachability.confirm();
    if (failure) await hangUp(runner);
    else await runner.query('ROLLBACK').catch(() => hangUp(runner));
  }

  /** The change is committed whatever a listener does; catching up later is the cache's own business. */
  private async tell(changes: readonly CommittedChange[]): Promise<void> {
    await Promise.allSettled(this.listeners.map(async (listener) => listener(changes)));
  }
}
