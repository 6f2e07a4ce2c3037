import type { ClientBase, QueryResult } from 'pg';

/** The role of the job engine: it sees the engine's schema and nothing else. */
const setJobsRole = 'SET LOCAL ROLE attune_jobs;';
/** How the engine opens a transaction of its own, all in one text. */
const ownTransactionPattern = /^\s*BEGIN;/;

export interface StatementRows {
  readonly rows: Record<string, unknown>[];
}

/** Runs a statement of the engine inside the client's open transaction, which then has its own role back. */
export async function runInOpenTransaction(
  client: ClientBase,
  previousRole: string,
  sql: string,
  values: readonly unknown[],
): Promise<StatementRows> {
  await client.query(setJobsRole);
  const result = await client.query(sql, [...values]);
  await client.query(`SET LOCAL ROLE ${previousRole}`);
  return toStatementRows(result);
}

/** Runs a statement of the engine in a transaction of its own, which stays open when it fails. */
export async function runInOwnTransaction(
  client: ClientBase,
  sql: string,
  values: readonly unknown[],
): Promise<StatementRows> {
  return toStatementRows(await queryInTransaction(client, sql, values));
}

/** One round trip where there are no values: the engine asks often. */
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

/** Of a text with several statements, the driver gives a list of results. */
type QueryResults = QueryResult<Record<string, unknown>> | QueryResult<Record<string, unknown>>[];

function toStatementRows(results: QueryResults): StatementRows {
  return { rows: [results].flat().flatMap(({ rows }) => rows) };
}
