import { Client } from 'pg';
import { openDatabase } from '#database';
import type { TestDatabase } from '#testing';
import { mixDescription } from '../configuration-mix.js';
import { benchTenants, seedTenants } from '../seed-tenants.js';
import { ratios, rotate, tableRow, medianWithRange } from '../statistics.js';
import { type DatabaseServer, startDatabaseServer } from '../temporary-servers.js';
import { Worker, monotonicMs } from '../worker.js';
import type { MemoryUsage } from './scale-worker.js';

export interface ScaleOptions {
  readonly tenants: readonly number[];
  readonly rounds: number;
  /** Length of each measurement of reads. */
  readonly milliseconds: number;
}

interface MeasurementSize {
  readonly tenants: number;
  readonly rounds: number;
}

interface ScaleMeasurement {
  readonly tenants: number;
  readonly startSeconds: number;
  readonly readSeconds: number;
  readonly memory: MemoryUsage;
  readonly responseBytes: number;
  readonly mapNs: readonly number[];
  readonly readNs: readonly number[];
  /** Empty if the product does not notice the changes in time. */
  readonly catchUps: readonly CatchUpTimes[];
}

/** Times of one change, in milliseconds. */
interface CatchUpTimes {
  /** From the commit until every read returns the new version. */
  readonly ms: number;
  /** The least possible time: one SELECT of the changed rows. */
  readonly selectMs: number;
}

const maxCatchUpMs = 30_000;
/** Memory is counted from a process with this many tenants, so that its fixed part is left out. */
const baseTenants = 100;

/**
 * Measures the product with more and more tenants, each size with its own process and database: a warm read against a bare
 * Map of the same values, the memory per tenant against the size of its response, and a change of 1 % of the tenants by
 * plain SQL against one SELECT of them.
 */
export async function measureScale(options: ScaleOptions): Promise<void> {
  const server = await startDatabaseServer();
  try {
    const base = await measure(server, baseTenants, { ...options, rounds: 1 });
    print(options);
    for (const tenants of options.tenants) printRow(await measure(server, tenants, options), base);
  } finally {
    await server.stop();
  }
}

async function measure(
  server: DatabaseServer,
  tenants: number,
  options: ScaleOptions,
): Promise<ScaleMeasurement> {
  const database = await server.create();
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  const env = { DATABASE_URL: database.url, ATTUNE_DEMO: 'false' };
  try {
    await seed(database, client, tenants);
    const worker = Worker.start('scale', { env, nodeOptions: ['--expose-gc'] });
    try {
      return await measureIn(worker, client, tenants, options);
    } finally {
      await worker.stop();
    }
  } finally {
    await client.end();
    await database.drop();
  }
}

async function seed({ url }: TestDatabase, client: Client, tenants: number): Promise<void> {
  const database = await openDatabase({ databaseUrl: url, migrationDatabaseUrl: null, dataDir: '' });
  try {
    await seedTenants(database, tenants);
  } finally {
    await database.close();
  }
  await client.query('VACUUM ANALYZE');
}

async function measureIn(
  worker: Worker,
  client: Client,
  tenants: number,
  options: ScaleOptions,
): Promise<ScaleMeasurement> {
  const startSeconds = await worker.ask<number>('start');
  const readSeconds = await worker.ask<number>('readEach', tenants);
  const memory = await worker.ask<MemoryUsage>('memory');
  const responseBytes = await worker.ask<number>('prepare', tenants);
  const [mapNs, readNs] = await readTimes(worker, options);
  const catchUps = await catchUpsOf(worker, client, { tenants, rounds: options.rounds });
  return {
    tenants,
    startSeconds,
    readSeconds,
    memory,
    responseBytes,
    mapNs: mapNs!,
    readNs: readNs!,
    catchUps,
  };
}

async function readTimes(worker: Worker, { rounds, milliseconds: ms }: ScaleOptions): Promise<number[][]> {
  const readers = [0, 1];
  const times: number[][] = [[], []];
  for (const index of readers) await worker.ask('measure', { index, ms });
  for (let round = 0; round < rounds; round += 1)
    for (const index of rotate(readers, round))
      times[index]!.push(await worker.ask('measure', { index, ms }));
  return times;
}

/** Changes every hundredth tenant by SQL, so that no message is sent. */
async function catchUpsOf(
  worker: Worker,
  client: Client,
  { tenants, rounds }: MeasurementSize,
): Promise<CatchUpTimes[]> {
  const ids = benchTenants(tenants).filter((_id, index) => index % 100 === 0);
  const catchUps: CatchUpTimes[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await worker.ask('watch', ids);
    const committedAt = await changeBySql(client, ids, round / 1000);
    const caughtUpAt = await worker.ask<number | null>('caughtUpAt', maxCatchUpMs);
    if (caughtUpAt === null) return [];
    catchUps.push({ ms: caughtUpAt - committedAt, selectMs: await selectTime(client, ids) });
  }
  return catchUps;
}

/** Returns the time of the commit. */
async function changeBySql(client: Client, ids: readonly string[], alpha: number): Promise<number> {
  await client.query(
    `UPDATE tenant_configurations SET settings = settings || jsonb_build_object('retrieval_alpha', $2::float8) WHERE tenant_id = ANY($1)`,
    [ids, alpha],
  );
  return monotonicMs();
}

async function selectTime(client: Client, ids: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await client.query('SELECT * FROM tenant_configurations WHERE tenant_id = ANY($1)', [ids]);
  return performance.now() - startedAt;
}

const widths = [7, 22] as const;

function print({ rounds, milliseconds }: ScaleOptions): void {
  console.log(
    `Node ${process.version}, ${rounds} rounds of ${milliseconds} ms. ${mixDescription} Median (min–max); memory is per tenant beyond the first ${baseTenants}:\n`,
  );
  const headings = [
    ['tenants', 'read ns', 'vs a bare Map', 'rss B', 'heap B', 'heap vs response'],
    ['start s', 'first reads s', '1 % changed, ms', 'vs one SELECT'],
  ];
  console.log(tableRow(headings.flat(), widths));
}

function printRow(measured: ScaleMeasurement, base: ScaleMeasurement): void {
  const { tenants, readNs, mapNs, startSeconds, readSeconds } = measured;
  const cells = [
    [String(tenants), medianWithRange(readNs, 1), medianWithRange(ratios(readNs, mapNs), 2)],
    memoryCells(measured, base),
    [startSeconds.toFixed(2), readSeconds.toFixed(2)],
    catchUpCells(measured),
  ];
  console.log(tableRow(cells.flat(), widths));
}

function memoryCells({ tenants, memory, responseBytes }: ScaleMeasurement, base: ScaleMeasurement): string[] {
  const more = tenants - base.tenants;
  if (more <= 0) return ['–', '–', '–'];
  const each = (of: keyof MemoryUsage): number => (memory[of] - base.memory[of]) / more;
  const responseSize = responseBytes / tenants;
  return [each('resident').toFixed(0), each('heap').toFixed(0), (each('heap') / responseSize).toFixed(2)];
}

function catchUpCells({ catchUps }: ScaleMeasurement): string[] {
  if (catchUps.length === 0) return [`not in ${maxCatchUpMs / 1000} s`, '–'];
  const ms = catchUps.map((each) => each.ms);
  const selects = catchUps.map(({ selectMs }) => selectMs);
  return [medianWithRange(ms, 0), medianWithRange(ratios(ms, selects), 1)];
}
