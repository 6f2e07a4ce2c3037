import { ApiClient, type TestDatabase, waitFor } from '#testing';
import { Client } from 'pg';
import { createTenant } from '../seed-tenants.js';
import {
  type CleanupSteps,
  type Product,
  createPlatformKey,
  registerCleanup,
  startProduct,
} from '../servers.js';
import { tableRow } from '../statistics.js';
import { startDatabaseServer } from '../temporary-servers.js';
import { addDocuments, queryRequest } from './add-documents.js';
import { growCorpus, vacuum } from './grow-corpus.js';
import type { PostRequest } from './keep-alive-client.js';
import { type LatencyStatistics, measureLatency } from './measure-latency.js';
import { ModelServer } from './model-server.js';

export interface CorpusSizeOptions {
  /** Sizes of the tenant's corpus, in chunks. The others are multiples of the first. */
  readonly chunks: readonly number[];
  /** Length of each measurement. */
  readonly seconds: number;
  readonly dimensions: number;
}

interface Tenants {
  readonly platformKey: string;
  readonly withDocuments: string;
  readonly withoutDocuments: string;
}

/** Memory for corpora, in MiB: none, and more than any corpus here needs. */
const memoryLimits = { 'in memory': 65_536, 'in Postgres': 0 } as const;
const loadTimeoutMs = 600_000;
const plan = 'enterprise';
const widths = [36, 14] as const;

/**
 * Measures what a query costs as the corpus of its tenant grows, in memory and in Postgres, one query at a time. The yardstick is a tenant
 * without documents on the same replica. The model answers at once.
 */
export async function measureCorpusSize(options: CorpusSizeOptions): Promise<void> {
  const cleanup: CleanupSteps = [];
  try {
    const model = await ModelServer.start(options);
    cleanup.push(() => model.stop());
    const server = await startDatabaseServer();
    cleanup.push(() => server.stop());
    const database = await server.create();
    cleanup.push(() => database.drop());
    await measureSizes(database, model, options);
  } finally {
    for (const step of cleanup.toReversed()) await step();
  }
}

async function measureSizes(
  database: TestDatabase,
  model: ModelServer,
  options: CorpusSizeOptions,
): Promise<void> {
  const [first = 5_000, ...larger] = options.chunks;
  const start = (tenants: Pick<Tenants, 'platformKey'>, memory: number): Promise<Product> =>
    startProduct({
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.migrationUrl,
      ATTUNE_PLATFORM_API_KEY: tenants.platformKey,
      CORPUS_MEMORY_MIB: String(memory),
      ...model.environment,
    });
  const tenants = await seed(start, first);
  await printHead(database, options);
  let size = first;
  for (const next of [first, ...larger]) {
    if (next > size) await growCorpus(database, Math.round(next / size));
    size = next;
    await vacuum(database);
    await measurePlaces(start, tenants, { size, ...options });
  }
}

type Start = (tenants: Pick<Tenants, 'platformKey'>, memory: number) => Promise<Product>;

async function seed(start: Start, chunks: number): Promise<Tenants> {
  const platformKey = createPlatformKey();
  const product = await start({ platformKey }, 0);
  try {
    const platform = new ApiClient(product.url, platformKey);
    const withDocuments = await createTenant(platform, { number: 4, plan });
    const withoutDocuments = await createTenant(platform, { number: 14, plan });
    await addDocuments(new ApiClient(product.url, withDocuments), { chunks, seed: 1 });
    return { platformKey, withDocuments, withoutDocuments };
  } finally {
    await product.stop();
  }
}

async function measurePlaces(
  start: Start,
  tenants: Tenants,
  { size, seconds }: { size: number; seconds: number },
): Promise<void> {
  for (const [place, memory] of Object.entries(memoryLimits)) {
    const cleanup: CleanupSteps = [];
    try {
      const { url } = await registerCleanup(start(tenants, memory), cleanup);
      const whole = queryRequest(url, tenants.withDocuments);
      const nothing = queryRequest(url, tenants.withoutDocuments);
      for (const post of [nothing, whole]) await measure(post, 1);
      if (memory > 0) await waitForCorpus(new ApiClient(url, tenants.platformKey));
      const bare = await measure(nothing, seconds);
      print(`${size.toLocaleString('en')} chunks ${place}`, await measure(whole, seconds), bare);
    } finally {
      for (const step of cleanup.toReversed()) await step();
    }
  }
}

/** The first questions of the two tenants make the replica load their corpora in the background. */
async function waitForCorpus(platform: ApiClient): Promise<void> {
  const isLoaded = async (): Promise<boolean> =>
    /^corpus_cache_tenants 2/m.test((await platform.get<string>('/metrics')).body);
  await waitFor(isLoaded, { timeoutMs: loadTimeoutMs, what: 'the corpus is in memory' });
}

/** The text of what went wrong if a query fails, such as a search beyond the deadline. */
function measure(post: PostRequest, seconds: number): Promise<LatencyStatistics | string> {
  return measureLatency([post], { connections: 1, seconds }).catch((error: unknown) => String(error));
}

async function printHead({ superuserUrl }: TestDatabase, options: CorpusSizeOptions): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  const sql = "SELECT extversion FROM pg_extension WHERE extname = 'vector'";
  const { rows } = await client.query<{ extversion: string }>(sql).finally(() => client.end());
  const version = rows[0]?.extversion;
  const postgres = version === undefined ? 'a stock Postgres' : `Postgres with pgvector ${version}`;
  console.log(
    `Node ${process.version}, ${postgres} without fsync, vectors of ${options.dimensions}, new questions one at a time for ${options.seconds} s. Milliseconds.`,
  );
  console.log('"Added" is the time beyond a tenant without documents on the same replica.\n');
  console.log(tableRow(['', 'p50', 'p99', 'added p50', 'p50 ÷ without'], widths));
}

function print(name: string, whole: LatencyStatistics | string, bare: LatencyStatistics | string): void {
  if (typeof whole === 'string' || typeof bare === 'string') {
    const failure = [whole, bare].find((each) => typeof each === 'string');
    console.log(tableRow([name, `not answered: ${String(failure).slice(0, 200)}`], widths));
    return;
  }
  const added = (whole.p50 - bare.p50).toFixed(1);
  const cells = [whole.p50.toFixed(1), whole.p99.toFixed(1), added, (whole.p50 / bare.p50).toFixed(1)];
  console.log(tableRow([name, ...cells], widths));
}
