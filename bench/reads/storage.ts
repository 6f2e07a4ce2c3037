import { type Database, openDatabase } from '#database';
import type { TestDatabase } from '#testing';
import { Client } from 'pg';
import { benchTenant, seedTenants } from '../seed-tenants.js';
import { medianWithRange, percentile, ratios, tableRow } from '../statistics.js';
import { startDatabaseServer } from '../temporary-servers.js';

export interface StorageOptions {
  readonly tenants: readonly number[];
  readonly rounds: number;
  /** In each round. */
  readonly loads: number;
}

interface FilledDatabase {
  readonly tenants: number;
  readonly seedSeconds: number;
  readonly server: TestDatabase;
  readonly database: Database;
}

interface TableSize {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What each size is compared with, in the same run. */
const smallTenants = 1_000;
const widths = [9, 20] as const;

/**
 * Fills a database with tenants that have a configuration and one change, and nothing else. Prints rows and bytes per tenant, and the
 * 95th percentile of loading one configuration from Postgres against a database of 1,000 tenants. Both take turns.
 */
export async function measureStorage(options: StorageOptions): Promise<void> {
  const server = await startDatabaseServer();
  try {
    const small = await fill(await server.create(), smallTenants);
    print();
    for (const tenants of options.tenants) {
      const filled = await fill(await server.create(), tenants);
      await printRow(small, filled, options);
      await empty(filled);
    }
    await empty(small);
  } finally {
    await server.stop();
  }
}

async function fill(server: TestDatabase, tenants: number): Promise<FilledDatabase> {
  const database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
  const startedAt = performance.now();
  await seedTenants(database, tenants);
  const seedSeconds = (performance.now() - startedAt) / 1000;
  await query(server, 'VACUUM ANALYZE');
  return { tenants, seedSeconds, server, database };
}

async function empty({ server, database }: FilledDatabase): Promise<void> {
  await database.close();
  await server.drop();
}

async function printRow(
  small: FilledDatabase,
  filled: FilledDatabase,
  { rounds, loads }: StorageOptions,
): Promise<void> {
  const [times, smallTimes]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    smallTimes.push(await loadP95(small, loads));
    times.push(await loadP95(filled, loads));
  }
  const sizes = await tableSizes(filled.server);
  const rows = sizes.reduce((sum, size) => sum + size.rows, 0);
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
  const cells = [
    String(filled.tenants),
    filled.seedSeconds.toFixed(1),
    String(rows),
    (bytes / filled.tenants).toFixed(0),
    medianWithRange(times, 2),
    medianWithRange(ratios(times, smallTimes), 2),
  ];
  console.log(tableRow(cells, widths));
  for (const { table, rows: own, bytes: size } of sizes.filter((each) => each.rows >= filled.tenants / 2))
    console.log(`  ${table}: ${own} rows, ${(size / filled.tenants).toFixed(0)} bytes per tenant`);
}

/** The 95th percentile of loading one configuration, in milliseconds. The tenants are spread over the whole table. */
async function loadP95({ database, tenants }: FilledDatabase, loads: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < loads; index += 1) {
    const id = benchTenant(1 + ((index * 7_919) % tenants));
    const startedAt = performance.now();
    await database.readAsTenant(id, () => database.query('SELECT * FROM tenant_configurations'));
    times.push(performance.now() - startedAt);
  }
  return percentile(times, 0.95);
}

/** With indexes. Counted by `VACUUM ANALYZE`, so the rows are exact to about one in a hundred. */
function tableSizes(server: TestDatabase): Promise<TableSize[]> {
  return query<TableSize>(
    server,
    `SELECT relname AS table, greatest(reltuples, 0)::float8 AS rows, pg_total_relation_size(oid)::float8 AS bytes
     FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 3 DESC`,
  );
}

async function query<Row extends object>({ superuserUrl }: TestDatabase, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  return client
    .query<Row>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

function print(): void {
  console.log(
    `Configurations alone, one change each; the load is compared with ${smallTenants} tenants. Median (min–max):\n`,
  );
  console.log(
    tableRow(['tenants', 'filled in s', 'rows', 'bytes per tenant', 'load p95 ms', 'vs small'], widths),
  );
}
