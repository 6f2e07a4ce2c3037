import type { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { TransactionScope } from './transaction-scope.js';
import { toUnavailableError } from '../availability/connection-errors.js';

/** One row of the change feed: something cached has a new version. */
export interface CommittedChange {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  /** The thing was deleted. */
  readonly gone: boolean;
}

export interface OpenTransaction {
  readonly scope: TransactionScope;
  readonly runner: QueryRunner;
  /** Settles with the beginning, which statements do not wait for. */
  readonly started: Promise<unknown>;
  /** From here on it may be committed, whatever is heard of it. */
  isCommitting: boolean;
}

/** Nothing of a transaction has happened. */
export class TransactionNotStartedError extends Error {
  constructor(cause: unknown) {
    super('The transaction could not begin.', { cause });
  }

  /** What callers hear of it. */
  get callerError(): unknown {
    return toUnavailableError(this.cause) ?? this.cause;
  }
}

/** Where there is a connection; the server takes back what was open on it. */
export async function destroyConnection(runner: QueryRunner): Promise<void> {
  const client = (await runner.connect().catch(() => null)) as Client | null;
  void client?.end().catch(() => undefined);
}

export async function readOwnChanges(runner: QueryRunner): Promise<CommittedChange[]> {
  const sql = `SELECT kind, key, version::float8 AS version, gone FROM change_feed
    WHERE transaction_id = pg_current_xact_id_if_assigned() ORDER BY kind, key`;
  return (await runner.query(sql)) as CommittedChange[];
}
