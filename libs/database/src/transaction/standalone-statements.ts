import { UnavailableError } from '#kernel';
import type { ClientBase, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { DatabaseAvailability } from '../availability/database-availability.js';
import {
  databaseUnavailable,
  isLostConnection,
  sqlStateOf,
  toUnconfirmedError,
} from '../availability/connection-errors.js';
import { toBlockedTransactionError } from './blocked-transaction-error.js';
import { inSpan } from '#telemetry';
import { describeStatement } from './statement-span.js';
import type { TransactionRunner } from './transaction-runner.js';

/** A statement that needs neither a transaction nor a role: a call of a function that the login may run. */
export interface StandaloneStatement {
  /** The server keeps its plan under this name. A changed text needs a new name, since a pooler mixes releases on one session. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One round trip, for which many callers wait. */
const turn = { owner: '', isUrgent: true };
/** No such prepared statement; there is one already. Nothing was run. */
const preparedStatementStates = new Set(['26000', '42P05']);
/** The login may not run the function, there is none, or the server lets it write nothing: no request can change that. */
const refusalStates = new Set(['42501', '42883', '25006']);

/** Runs single statements, each in one round trip, committed with its answer. */
export class StandaloneStatements {
  /**
   * False from the first sign that a session does not keep prepared statements to itself, as behind a pooler in transaction mode
   * that does not know them. The sign comes before anything was run.
   */
  private isPreparing: boolean;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly availability: DatabaseAvailability,
    /** Connections share one session, as those of the embedded database do. */
    private readonly isSessionShared: boolean,
  ) {
    this.isPreparing = !isSessionShared;
  }

  /**
   * Sends the statement, and once more if nothing of it was run or its connection was lost. If an answer was lost and a later attempt fails, the caller gets the first error: that attempt may hold.
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
      const sent = { text, values: [...values], ...(this.isPreparing ? { name } : {}) };
      return this.isSessionShared ? queryInTransaction<Row>(client, sent) : client.query<Row>(sent);
    };
    try {
      const send = () => this.transactions.runOnOwnConnection(query, turn);
      const { rows } = await inSpan(() => describeStatement(text), send);
      this.availability.reportDisk(false);
      return rows;
    } catch (error) {
      throw (isSent ? toUnconfirmedError(causeOf(error)) : null) ?? error;
    }
  }

  private async mayRepeat(error: unknown, attempt: number): Promise<boolean> {
    if (preparedStatementStates.has(sqlStateOf(error) ?? '')) {
      this.isPreparing = false;
      return attempt <= 2;
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

/** Only a transaction keeps other connections of the session from replacing the statement between its messages. */
async function queryInTransaction<Row extends QueryResultRow>(
  client: ClientBase,
  statement: QueryConfig,
): Promise<QueryResult<Row>> {
  await client.query('BEGIN');
  const result = await client.query<Row>(statement);
  await client.query('COMMIT');
  return result;
}

function causeOf(error: unknown): unknown {
  return error instanceof UnavailableError ? error.cause : error;
}
