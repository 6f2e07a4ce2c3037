import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError, isTenantId } from '#kernel';
import { type Client, type ClientBase, escapeLiteral } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { type Rows, runAlone, runInside } from './jobs/job-statements.js';
import { collision } from './collision.js';
import type { Reachability } from './reach/reachability.js';
import type { StartWork, Work } from './reach/start-work.js';
import { away, isLostConnection, unconfirmed, unreachable } from './reach/unreachable.js';

/** One row of the change feed: something cached has a new version. */
export interface CommittedChange {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
}

type CommitListener = (changes: readonly CommittedChange[]) => void | Promise<void>;

/** Who makes a transaction's changes, for the triggers that write the history and the audit log. */
export interface Author {
  readonly actor: string;
  readonly role: string;
  readonly address?: string;
}

interface Scope {
  readonly role: 'attune_tenant' | 'attune_platform';
  /** A tenant's id, `*` for all (platform only), or empty for none. */
  readonly tenant: string;
  readonly access: 'read' | 'write';
  readonly author?: Author | undefined;
}

/** What the database runs on. */
interface Host {
  readonly reachability: Reachability;
  readonly start: StartWork;
  close(): Promise<void>;
}

interface OpenTransaction {
  readonly scope: Scope;
  readonly runner: QueryRunner;
}

/** The scope of a platform transaction that concerns every tenant. */
export const allTenants = '*';

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
  private readonly listeners: CommitListener[] = [];

  constructor(
    private readonly source: DataSource,
    private readonly host: Host,
  ) {}

  get reachability(): Reachability {
    return this.host.reachability;
  }

  /**
   * Work of the start, which has to be done once before others use the database: now when it is there, else as soon as it is,
   * in the order of the calls. Then this returns at once. An outage meanwhile has it done again.
   *
   * ```ts
   * onModuleInit(): Promise<void> {
   *   return this.database.whenUp(() => this.fillIn());
   * }
   * ```
   *
   * @throws what the work throws other than of an outage; later, in the background, that is logged and the work tried again.
   */
  async whenUp(work: Work): Promise<void> {
    const { reachability, start } = this.host;
    start.add(work);
    if (!reachability.isUp) return;
    try {
      await start.run();
    } catch (error) {
      if (!reachability.noteFailure(error)) throw error;
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

  private async inNewTransaction<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const runner = await this.begin(opening(scope));
    let isCommitting = false;
    try {
      const result = await this.transactions.run({ scope, runner }, work);
      const changes = scope.access === 'write' ? await ownChanges(runner) : [];
      isCommitting = scope.access === 'write';
      await runner.query('COMMIT');
      if (changes.length > 0) await this.tell(changes);
      return result;
    } catch (error) {
      await this.takeBack(runner, error);
      throw (isCommitting ? unconfirmed : unreachable)(error) ?? collision(error) ?? error;
    } finally {
      await runner.release();
    }
  }

  /** One round trip: the role and the tenant end with the transaction. A connection that was dead has done nothing yet. */
  private async begin(opening: string): Promise<QueryRunner> {
    this.refuseWhileAway();
    try {
      return await this.open(opening).catch((error: unknown) => this.openAnother(opening, error));
    } catch (error) {
      throw unreachable(error) ?? error;
    }
  }

  private async openAnother(opening: string, error: unknown): Promise<QueryRunner> {
    if (!isLostConnection(error) || !(await this.reachability.confirm())) throw error;
    return this.open(opening);
  }

  private async open(opening: string): Promise<QueryRunner> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.query(opening);
      return runner;
    } catch (error) {
      await this.takeBack(runner, error);
      await runner.release();
      throw error;
    }
  }

  private refuseWhileAway(): void {
    const { reachability, start } = this.host;
    if (!reachability.isUp && !start.isAsking) throw away();
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

function opening({ role, tenant, access, author }: Scope): string {
  const isNamed =
    tenant === '' || isTenantId(tenant) || (tenant === allTenants && role === 'attune_platform');
  if (!isNamed) throw new DomainError('not-found', 'There is no such tenant.');
  const mode = access === 'read' ? 'READ ONLY' : 'READ WRITE';
  return `BEGIN ${mode}; SET LOCAL ROLE ${role}; SET LOCAL app.tenant_id = '${tenant}'${signature(author)}`;
}

function signature(author: Author | undefined): string {
  if (!author) return '';
  const { actor, role, address = '' } = author;
  return `; SET LOCAL app.actor = ${escapeLiteral(actor)}; SET LOCAL app.actor_role = ${escapeLiteral(role)}; SET LOCAL app.address = ${escapeLiteral(address)}`;
}

function canJoin(open: Scope, wanted: Scope): boolean {
  const sameTenant = open.role === wanted.role && open.tenant === wanted.tenant;
  return sameTenant && (open.access === 'write' || wanted.access === 'read');
}

function named({ role, tenant, access }: Scope): string {
  return `(${role}, ${tenant === '' ? 'no tenant' : tenant}, ${access})`;
}

/** Where there is a connection; the server takes back what was open on it. */
async function hangUp(runner: QueryRunner): Promise<void> {
  const client = (await runner.connect().catch(() => null)) as Client | null;
  void client?.end().catch(() => undefined);
}

async function ownChanges(runner: QueryRunner): Promise<CommittedChange[]> {
  const sql = `SELECT kind, key, version::float8 AS version FROM change_feed
    WHERE transaction_id = pg_current_xact_id_if_assigned() ORDER BY kind, key`;
  return (await runner.query(sql)) as CommittedChange[];
}
