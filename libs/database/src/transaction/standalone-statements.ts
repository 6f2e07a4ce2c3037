import { UnavailableError } from '#kernel';
import type { ClientBase, QueryResult, QueryResultRow } from 'pg';
import type { DatabaseAvailability } from '../availability/database-availability.js';
import {
  databaseUnavailable,
  isLostConnection,
  sqlStateOf,
  toUnconfirmedError,
} from '../availability/connection-errors.js';
import { toBlockedTransactionError } from './blocked-transaction-error.js';
import type { TransactionRunner } from './transaction-runner.js';

/** A statement that needs neither a transaction nor a role: a call of a function that the login may run. */
export interface StandaloneStatement {
  /** The server keeps its plan under this name. A changed text needs a new name, since a pooler mixes releases on one session. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One round trip, for which many callers wait: it gets the next free connection. */
const priority = 1;
/** No such prepared statement; there is one already; no such portal, since another connection shares the session. Nothing was run. */
const preparedStatementStates = new Set(['26000', '42P05', '34000']);
/** Each time, another connection of the same session must come in between. */
const maxAttempts = 6;
/** The login may not run the function, or there is none: no request can change that. */
const refusalStates = new Set(['42501', '42883']);

/** Runs single statements, each in one round trip, committed with its answer. */
export class StandaloneStatements {
  /**
   * False from the first sign that a session does not keep prepared statements to itself: a pooler in transaction mode that does
   * not know them, or the embedded database, whose connections share one session. Both signs come before anything was run.
   */
  private isPreparing = true;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly availability: DatabaseAvailability,
  ) {}

  /**
   * Sends the statement, and again if nothing of it was run or its connection was lost: once after a lost connection, more often on a
   * session that others share. If an answer was lost and a later attempt fails, the caller gets the first error: that attempt may hold.
   */
  async run<Row extends QueryResultRow>(statement: StandaloneStatement): Promise<Row[]> {
    let lost: unknown = null;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.send<Row>(statement);
      } catch (error) {
        if (isLostConnection(causeOf(error))) lost ??= error;
        if (!(await this.mayRepeat(error, attempt))) throw this.toCallerError(lost ?? error);
      }
    }
  }

  private async send<Row extends QueryResultRow>({
    name,
    text,
    values,
  }: StandaloneStatement): Promise<Row[]> {
    let isSent = false;
    const query = (client: ClientBase): Promise<QueryResult<Row>> => {
      isSent = true;
      return client.query<Row>({ text, values: [...values], ...(this.isPreparing ? { name } : {}) });
    };
    try {
      const { rows } = await this.transactions.runOnOwnConnection(query, priority);
      this.availability.reportDisk(false);
      return rows;
    } catch (error) {
      throw (isSent ? toUnconfirmedError(causeOf(error)) : null) ?? error;
    }
  }

  private async mayRepeat(error: unknown, attempt: number): Promise<boolean> {
    if (preparedStatementStates.has(sqlStateOf(error) ?? '')) {
      this.isPreparing = false;
      return attempt < maxAttempts;
    }
    return attempt === 1 && isLostConnection(causeOf(error)) && this.availability.checkNow();
  }

  private toCallerError(error: unknown): unknown {
    this.transactions.report(causeOf(error));
    if (!refusalStates.has(sqlStateOf(error) ?? '')) return toBlockedTransactionError(error) ?? error;
    this.availability.reportRefusal(error);
    return databaseUnavailable(error);
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof UnavailableError ? error.cause : error;
}
