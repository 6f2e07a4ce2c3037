import { ApiClient, waitFor } from '#testing';
import { addDocuments } from '../queries/add-documents.js';
import { ModelServer } from '../queries/model-server.js';
import { createTenant } from '../seed-tenants.js';
import { type CleanupSteps, registerCleanup, startProduct } from '../servers.js';
import { median, tableRow } from '../statistics.js';
import { startServers } from '../temporary-servers.js';
import { Worker } from '../worker.js';
import { type Noise, type NoiseReport, noises } from './noisy-tenant.js';
import { type QuietReport, type TenantAddress, quietRequests } from './quiet-tenant.js';

export interface NeighboursOptions {
  readonly rounds: number;
  /** Length of each measurement. */
  readonly seconds: number;
}

interface Scene {
  readonly platform: ApiClient;
  readonly quiet: { readonly worker: Worker; readonly address: TenantAddress };
  readonly noisy: { readonly worker: Worker; readonly address: TenantAddress };
}

/** One measurement of the quiet tenant, and the noise beside it. */
interface Measurement {
  readonly quiet: QuietReport;
  readonly noise: NoiseReport | null;
}

const phases: readonly (readonly [name: string, which: readonly Noise[]])[] = [
  ['alone', []],
  ...noises.map((noise) => [noise, [noise]] as const),
  ['all of it', noises],
];
const modelDelayMs = 200;
const maxSettleMs = 60_000;
const dimensions = 512;
const chunks = 200;
const columns = [20, 20] as const;

/**
 * Measures what a quiet tenant notices of a noisy one on one replica: the P95 of its reads, queries and changes beside each kind of
 * noise, as a ratio to the P95 alone in the same round. The noise comes as fast as it is answered.
 */
export async function measureNeighbours({ rounds, seconds }: NeighboursOptions): Promise<void> {
  const cleanup: CleanupSteps = [];
  try {
    const scene = await prepare(cleanup);
    await measure(scene, [], Math.min(seconds, 3));
    const results = new Map<string, Measurement[]>(phases.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const [name, which] of phases) results.get(name)!.push(await measure(scene, which, seconds));
    print(results);
  } finally {
    for (const step of cleanup.toReversed()) await step();
  }
}

async function prepare(cleanup: CleanupSteps): Promise<Scene> {
  const servers = await startServers();
  cleanup.push(() => servers.stop());
  const database = await servers.create();
  cleanup.push(() => database.drop());
  const model = await ModelServer.start({ dimensions });
  cleanup.push(() => model.stop());
  await model.setDelayMs(modelDelayMs);
  const product = startProduct({
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    REDIS_URL: servers.redisUrl,
    CONFIG_CHANGES_PER_HOUR: '0',
    ...model.environment,
  });
  const { url, platformKey } = await registerCleanup(product, cleanup);
  const platform = new ApiClient(url, platformKey);
  const add = async (number: number): Promise<TenantAddress> => {
    const key = await createTenant(platform, { number, plan: 'enterprise' });
    await addDocuments(platform.as(key), { chunks, seed: number });
    return { url, key };
  };
  const quiet = { worker: Worker.start('quiet-tenant'), address: await add(1) };
  const noisy = { worker: Worker.start('noisy-tenant'), address: await add(2) };
  cleanup.push(
    () => quiet.worker.stop(),
    () => noisy.worker.stop(),
  );
  return { platform, quiet, noisy };
}

async function measure(
  { platform, quiet, noisy }: Scene,
  which: readonly Noise[],
  seconds: number,
): Promise<Measurement> {
  if (which.length > 0) await noisy.worker.ask('start', { ...noisy.address, which });
  const report = await quiet.worker.ask<QuietReport>('measure', { ...quiet.address, seconds });
  const noise = which.length > 0 ? await noisy.worker.ask<NoiseReport>('stop') : null;
  await waitFor(() => isIdle(platform), {
    timeoutMs: maxSettleMs,
    what: 'the replica has ended the work of the noise',
  });
  return { quiet: report, noise };
}

/** Nothing waits for a turn, and no transaction is open but that of nobody. */
async function isIdle(platform: ApiClient): Promise<boolean> {
  const { body } = await platform.get<string>('/metrics');
  const busy = /^(attune_queue_size\{.*\}|attune_database_connections_in_use|attune_database_waiting) [1-9]/m;
  return !busy.test(body);
}

function print(results: ReadonlyMap<string, readonly Measurement[]>): void {
  const alone = results.get('alone')!;
  console.log(tableRow(['beside', ...quietRequests.map((kind) => `${kind} p95 ms`), 'the noise'], columns));
  for (const [name, measurements] of results) {
    const cells = quietRequests.map((kind) => {
      const values = measurements.map(({ quiet }) => quiet[kind].p95);
      const times = values.map((value, round) => value / alone[round]!.quiet[kind].p95);
      return `${median(values).toFixed(1)}${name === 'alone' ? '' : ` (${median(times).toFixed(1)} ×)`}`;
    });
    console.log(tableRow([name, ...cells, describeNoise(measurements)], columns));
  }
  const failures = [...results.values()]
    .flat()
    .flatMap(({ quiet }) => quietRequests.flatMap((kind) => quiet[kind].failures));
  console.log(`requests of the quiet tenant that failed: ${failures.length}`);
  for (const failure of new Set(failures)) console.log(failure);
}

function describeNoise(measurements: readonly Measurement[]): string {
  const reports = measurements.flatMap(({ noise }) => noise ?? []);
  if (reports.length === 0) return '–';
  const perSecond = median(reports.map((report) => report.perSecond)).toFixed(0);
  const p95 = median(reports.map((report) => report.p95)).toFixed(0);
  const statuses = reports.flatMap((report) => Object.entries(report.statuses));
  const sums = Map.groupBy(statuses, ([status]) => status);
  const counts = [...sums].map(
    ([status, some]) => `${some.reduce((sum, [, count]) => sum + count, 0)} × ${status}`,
  );
  return `${perSecond}/s, p95 ${p95} ms (${counts.join(', ')})`;
}
