import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, type TestDatabase } from '#testing';
import { Client } from 'pg';
import { startProduct } from './servers.js';
import { startDatabaseServer } from './temporary-servers.js';

export interface BulkOptions {
  readonly tenants: number;
  readonly rounds: number;
  /** Number of different configurations. */
  readonly configurations: number;
}

interface BulkOperation {
  readonly id: string;
  readonly state: string;
  readonly updated: number;
  readonly started_at: string;
  readonly finished_at: string;
}

interface Round {
  readonly byHandMs: number;
  /** From the request until a client sees the operation completed. */
  readonly wholeMs: number;
  /** From the start of the first chunk to the end of the last. */
  readonly processingMs: number;
}

const bulkPath = '/v1/platform/bulk-updates';

/**
 * Measures one bulk update of all tenants against one hand-written UPDATE with INSERT … SELECT of history over the same
 * rows, in tables without triggers, policies and hashes. Both take turns on one database; ratios are taken within a round.
 */
export async function benchmarkBulk(options: BulkOptions): Promise<void> {
  const server = await startDatabaseServer();
  const database = await server.create();
  try {
    await compareWithHandwrittenSql(database, options);
  } finally {
    await database.drop();
    await server.stop();
  }
}

async function compareWithHandwrittenSql(database: TestDatabase, options: BulkOptions): Promise<void> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  await prepare(client, options);
  const product = await startProduct({
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
  });
  try {
    const api = new ApiClient(product.url, product.platformKey);
    const rounds: Round[] = [];
    for (let number = 1; number <= options.rounds; number += 1) {
      rounds.push(await measure(client, api, number, options.tenants));
      print(String(number), rounds.at(-1)!);
    }
    print('median', medians(rounds));
    await checkHistory(client, options);
  } finally {
    await client.end();
    await product.stop();
  }
}

/** Creates the same rows twice: in the product's tables and in plain tables. */
async function prepare(client: Client, { tenants, configurations }: BulkOptions): Promise<void> {
  await client.query(
    `INSERT INTO tenants (tenant_id, name, plan) SELECT 'bench-' || n, 'Tenant', 'pro' FROM generate_series(1, $1::int) n`,
    [tenants],
  );
  await client.query(
    `UPDATE tenant_configurations SET settings = jsonb_build_object('max_tokens', 200 + numbered.n % $1, 'ui_primary_color', '#123456')
     FROM (SELECT tenant_id, row_number() OVER () AS n FROM tenants) numbered WHERE numbered.tenant_id = tenant_configurations.tenant_id`,
    [configurations],
  );
  await client.query(`CREATE TABLE plain_configurations AS SELECT * FROM tenant_configurations;
    ALTER TABLE plain_configurations ADD PRIMARY KEY (tenant_id);
    CREATE TABLE plain_history AS SELECT tenant_id, version, action, changed_by, changed_by_role, changed_at, reason, bulk_id,
      settings, set_by, override_allowed FROM tenant_configuration_history;
    ALTER TABLE plain_history ADD PRIMARY KEY (tenant_id, version)`);
}

async function measure(client: Client, api: ApiClient, number: number, tenants: number): Promise<Round> {
  // Removes the dead rows of the previous round.
  await client.query('VACUUM ANALYZE');
  // The first write to a page after a checkpoint logs the whole page: so one before each of the two.
  await client.query('CHECKPOINT');
  const temperature = number / 1000;
  const byHandMs = await runHandwrittenSql(client, temperature);
  await client.query('CHECKPOINT');
  const startedAt = performance.now();
  const operation = await runBulkUpdate(api, temperature);
  const wholeMs = performance.now() - startedAt;
  if (operation.updated !== tenants)
    throw new Error(`Not every tenant was updated: ${JSON.stringify(operation)}`);
  const processingMs = Date.parse(operation.finished_at) - Date.parse(operation.started_at);
  return { byHandMs, wholeMs, processingMs };
}

async function runHandwrittenSql(client: Client, temperature: number): Promise<number> {
  const startedAt = performance.now();
  await client.query('BEGIN');
  await client.query(
    `UPDATE plain_configurations SET settings = settings || jsonb_build_object('temperature', $1::float8), version = version + 1,
       set_by = set_by || '{"temperature": "platform_admin"}', updated_at = now(), updated_by = 'bench', last_modified_by_role = 'platform_admin'`,
    [temperature],
  );
  await client.query(`INSERT INTO plain_history SELECT tenant_id, version, 'bulk_update', updated_by, last_modified_by_role, updated_at,
      'bench', 'bench', settings, set_by, override_allowed FROM plain_configurations`);
  await client.query('COMMIT');
  return performance.now() - startedAt;
}

async function runBulkUpdate(api: ApiClient, temperature: number): Promise<BulkOperation> {
  const body = { selector: { all: true }, changes: { temperature }, reason: 'bench' };
  const { body: started } = await api.post<BulkOperation>(bulkPath, body);
  for (;;) {
    const { body: operation } = await api.get<BulkOperation>(`${bulkPath}/${started.id}`);
    if (operation.state === 'completed') return operation;
    if (operation.state === 'failed') throw new Error(JSON.stringify(operation));
    await pause(5);
  }
}

async function checkHistory(client: Client, { tenants, rounds }: BulkOptions): Promise<void> {
  const { rows } = await client.query<{ entries: number; plain: number }>(
    `SELECT (SELECT count(*)::int FROM tenant_configuration_history WHERE action = 'bulk_update') AS entries,
       (SELECT count(*)::int FROM plain_history WHERE action = 'bulk_update') AS plain`,
  );
  const expected = tenants * rounds;
  if (rows[0]?.entries !== expected || rows[0].plain !== expected)
    throw new Error(`${expected} history entries were expected: ${JSON.stringify(rows[0])}`);
}

function print(name: string, { byHandMs, wholeMs, processingMs }: Round): void {
  const ratio = (ms: number): string => `${ms.toFixed(0).padStart(6)} ms = ${(ms / byHandMs).toFixed(2)} ×`;
  console.log(
    `${name.padEnd(8)} by hand ${byHandMs.toFixed(0).padStart(6)} ms   request to completed ${ratio(wholeMs)}   processing ${ratio(processingMs)}`,
  );
}

/** Medians of the times; the printed ratios are ratios of the medians. */
function medians(rounds: readonly Round[]): Round {
  const of = (key: keyof Round): number =>
    rounds.map((round) => round[key]).toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)]!;
  return { byHandMs: of('byHandMs'), wholeMs: of('wholeMs'), processingMs: of('processingMs') };
}
