import type { ClientBase, QueryResult } from 'pg';

/** The role of the job engine: it sees the engine's schema and nothing else. */
const takeRole = 'SET LOCAL ROLE attune_jobs;';
/** How the engine opens a transaction of its own, all in one text. */
const ownTransaction = /^\s*BEGIN;/;

export interface Rows {
  readonly rows: Record<string, unknown>[];
}

/** Runs a statement of the engine inside the client's open transaction, which then has its own role back. */
export async function runInside(
  client: ClientBase,
  ownRole: string,
  sql: string,
  values: readonly unknown[],
): Promise<Rows> {
  await client.query(takeRole);
  const result = await client.query(sql, [...values]);
  await client.query(`SET LOCAL ROLE ${ownRole}`);
  return rowsOf(result);
}

/** Runs a statement of the engine in a transaction of its own, which stays open when it fails. */
export async function runAlone(client: ClientBase, sql: string, values: readonly unknown[]): Promise<Rows> {
  return rowsOf(await inTransaction(client, sql, values));
}

/** One round trip where there are no values: the engine asks often. */
async function inTransaction(client: ClientBase, sql: string, values: readonly unknown[]): Promise<Results> {
  if (ownTransaction.test(sql)) return client.query(sql.replace(ownTransaction, `BEGIN; ${takeRole}`));
  if (values.length === 0) return client.query(`BEGIN; ${takeRole} ${sql}; COMMIT`);
  await client.query(`BEGIN; ${takeRole}`);
  const result = await client.query(sql, [...values]);
  await client.query('COMMIT');
  return result;
}

/** Of a text with several statements, the driver gives a list of results. */
type Results = QueryResult<Record<string, unknown>> | QueryResult<Record<string, unknown>>[];

function rowsOf(results: Results): Rows {
  return { rows: [results].flat().flatMap(({ rows }) => rows) };
}
