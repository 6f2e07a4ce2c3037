import type { Client } from 'pg';
import { DomainError } from '#kernel';
import type { QueryRunner } from 'typeorm';
import type { ChangeFeedEntity } from '../entities/change-feed.entity.js';
import type { TransactionScope } from './transaction-scope.js';
import { databaseUnavailable } from '../availability/connection-errors.js';

/** One row of the change feed: something cached has a new version. */
export type CommittedChange = Pick<ChangeFeedEntity, 'kind' | 'key' | 'version' | 'gone'>;

/** A connection of the pool. */
export interface PooledConnection {
  readonly runner: QueryRunner;
  /** Gives the connection back to the pool, and lets the next caller have one. */
  readonly release: () => Promise<void>;
}

export interface OpenTransaction extends PooledConnection {
  readonly scope: TransactionScope;
  /** Settles when the server has answered BEGIN. Statements are sent before that. */
  readonly started: Promise<unknown>;
  /** True once COMMIT was sent: from then on the transaction may be committed even if no answer arrives. */
  isCommitting: boolean;
}

/** A statement needs an open transaction, because without one no tenant is set and row-level security hides every row. */
export class NoTransactionError extends Error {
  constructor() {
    super(
      'No transaction is open: wrap the call in database.asTenant(id, …), asPlatform(scope, …) or readGlobal(…).',
    );
  }
}

/** The transaction could not begin, so nothing has changed and the work may be tried again. */
export class TransactionNotStartedError extends Error {
  constructor(cause: unknown) {
    super('The transaction could not begin.', { cause });
  }

  /** The error that callers receive instead of this one. Whatever the cause is, it is not their request. */
  get callerError(): DomainError {
    return this.cause instanceof DomainError ? this.cause : databaseUnavailable(this.cause);
  }
}

/** Closes the connection, if any; the server rolls back its transaction. */
export async function destroyConnection(runner: QueryRunner): Promise<void> {
  const client = (await runner.connect().catch(() => null)) as Client | null;
  void client?.end().catch(() => undefined);
}

/** Reads what the open transaction changed so far, one row for each changed thing. */
export async function readOwnChanges(runner: QueryRunner): Promise<CommittedChange[]> {
  const sql = `SELECT kind, key, version::float8 AS version, gone FROM change_feed
    WHERE transaction_id = pg_current_xact_id_if_assigned() ORDER BY kind, key`;
  return (await runner.query(sql)) as CommittedChange[];
}
