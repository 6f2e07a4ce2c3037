import type { ClientBase, QueryResult } from 'pg';
import type { TransactionRunner } from '../transaction/transaction-runner.js';

/** The role of the job engine: it sees the engine's schema and nothing else. */
const setJobsRole = 'SET LOCAL ROLE attune_jobs;';
/** The engine opens a transaction of its own like this, in one text with its statements. */
const ownTransactionPattern = /^\s*BEGIN;/;

interface StatementRows {
  readonly rows: Record<string, unknown>[];
}

/** For a text with several statements, the driver returns a list of results. */
type QueryResults = QueryResult<Record<string, unknown>> | QueryResult<Record<string, unknown>>[];

/** Runs the statements of the job engine under its own role. */
export class JobStatements {
  constructor(private readonly transactions: TransactionRunner) {}

  /** Runs one statement in a transaction of its own. @throws UnavailableError when the database cannot be reached. */
  run(sql: string, values: readonly unknown[] = []): Promise<StatementRows> {
    return this.transactions.runOnOwnConnection(async (client) =>
      toStatementRows(await queryInTransaction(client, sql, values)),
    );
  }

  /**
   * Runs one statement in the open transaction, with which it commits. The transaction then continues under its own role.
   *
   * @throws NoTransactionError when none is open.
   */
  async runInTransaction(sql: string, values: readonly unknown[] = []): Promise<StatementRows> {
    const { runner, scope } = this.transactions.current;
    const client = (await runner.connect()) as ClientBase;
    await client.query(setJobsRole);
    const result = await client.query(sql, [...values]);
    await client.query(`SET LOCAL ROLE ${scope.role}`);
    return toStatementRows(result);
  }
}

/** Takes one round trip if there are no values, since the engine polls often. */
async function queryInTransaction(
  client: ClientBase,
  sql: string,
  values: readonly unknown[],
): Promise<QueryResults> {
  if (ownTransactionPattern.test(sql))
    return client.query(sql.replace(ownTransactionPattern, `BEGIN; ${setJobsRole}`));
  if (values.length === 0) return client.query(`BEGIN; ${setJobsRole} ${sql}; COMMIT`);
  await client.query(`BEGIN; ${setJobsRole}`);
  const result = await client.query(sql, [...values]);
  await client.query('COMMIT');
  return result;
}

function toStatementRows(results: QueryResults): StatementRows {
  return { rows: [results].flat().flatMap(({ rows }) => rows) };
}
