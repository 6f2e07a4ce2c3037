import { ApiClient } from '#testing';
import { type Product, createPlatformKey, startProduct } from '../servers.js';
import { createTenant } from '../seed-tenants.js';
import { percentile, ratios, tableRow, medianWithRange } from '../statistics.js';
import type { TemporaryServers } from '../temporary-servers.js';

interface EndToEndOptions {
  readonly rounds: number;
  readonly patches: number;
}

interface ConfigurationResponse {
  readonly version: number;
}

/** Milliseconds of one round. */
interface EndToEndRound {
  /** A GET on the other replica when nothing has changed. */
  readonly unchanged: number[];
  /** From the response of the PATCH to the response of the other replica's GET that has the change. */
  readonly changed: number[];
  /** Number of changes that the first GET had. */
  firstGetHits: number;
}

const path = '/v1/config';

/** Measures a PATCH on one replica until a GET on another has the change, against a GET there when nothing changed. */
export async function measureEndToEnd(servers: TemporaryServers, options: EndToEndOptions): Promise<void> {
  const database = await servers.create();
  const env = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    REDIS_URL: servers.redisUrl,
    ATTUNE_PLATFORM_API_KEY: createPlatformKey(),
    CONFIG_CHANGES_PER_HOUR: '0',
  };
  const replicas: Product[] = [];
  try {
    for (let count = 0; count < 2; count += 1) replicas.push(await startProduct(env));
    const [writer, reader] = await createTenantClients(replicas);
    await runRound(writer!, reader!, options.patches);
    const rounds: EndToEndRound[] = [];
    for (let round = 0; round < options.rounds; round += 1)
      rounds.push(await runRound(writer!, reader!, options.patches));
    print(rounds, options);
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await database.drop();
  }
}

/** Clients of the tenant's admin on each replica. */
async function createTenantClients(replicas: readonly Product[]): Promise<ApiClient[]> {
  const { url, platformKey } = replicas[0]!;
  const key = await createTenant(new ApiClient(url, platformKey));
  return replicas.map((replica) => new ApiClient(replica.url, key));
}

async function runRound(writer: ApiClient, reader: ApiClient, patches: number): Promise<EndToEndRound> {
  const round: EndToEndRound = { unchanged: [], changed: [], firstGetHits: 0 };
  for (let index = 0; index < patches; index += 1) {
    const startedAt = performance.now();
    await readVersion(reader);
    round.unchanged.push(performance.now() - startedAt);
    await patchUntilVisible(writer, reader, round);
  }
  return round;
}

async function patchUntilVisible(writer: ApiClient, reader: ApiClient, round: EndToEndRound): Promise<void> {
  const { status, body } = await writer.patch<ConfigurationResponse>(path, { temperature: Math.random() });
  if (status !== 200) throw new Error(`PATCH returned ${status}: ${JSON.stringify(body)}`);
  const answeredAt = performance.now();
  let gets = 1;
  while ((await readVersion(reader)) < body.version) gets += 1;
  round.changed.push(performance.now() - answeredAt);
  if (gets === 1) round.firstGetHits += 1;
}

async function readVersion(reader: ApiClient): Promise<number> {
  const { status, body } = await reader.get<ConfigurationResponse>(path);
  if (status !== 200) throw new Error(`GET returned ${status}: ${JSON.stringify(body)}`);
  return body.version;
}

function print(rounds: readonly EndToEndRound[], { patches }: EndToEndOptions): void {
  const at = (of: 'unchanged' | 'changed', share: number): number[] =>
    rounds.map((each) => percentile(each[of], share));
  const line = (name: string, of: 'unchanged' | 'changed'): string =>
    tableRow([
      name,
      medianWithRange(at(of, 0.5), 2),
      medianWithRange(at(of, 0.99), 2),
      medianWithRange(ratios(at(of, 0.5), at('unchanged', 0.5)), 2),
      medianWithRange(ratios(at(of, 0.99), at('unchanged', 0.99)), 2),
    ]);
  const firstGetHits = rounds.reduce((sum, each) => sum + each.firstGetHits, 0);
  console.log(`\n${rounds.length} rounds of ${patches} PATCHes, two replicas on Postgres and Redis:\n`);
  console.log(tableRow(['over HTTP', 'p50 ms', 'p99 ms', 'p50 vs the GET', 'p99 vs the GET']));
  console.log(line('GET on the other replica', 'unchanged'));
  console.log(line('from PATCH to changed GET there', 'changed'));
  console.log(`\n${firstGetHits} of ${rounds.length * patches} changes were visible in the first GET.`);
}
