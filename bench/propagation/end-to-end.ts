import { randomBytes } from 'node:crypto';
import { ApiClient } from '#testing';
import { type Product, startProduct } from '../servers.js';
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
  /** A GET on the other replica with nothing changed. */
  readonly still: number[];
  /** From the PATCH's answer to the answer of the other replica's GET that shows the change. */
  readonly shown: number[];
  /** How many first GETs showed it. */
  firsts: number;
}

const path = '/v1/config';

/** A PATCH answered by one replica, and a GET on another that shows it, beside that replica's GET when nothing changed. */
export async function measureEndToEnd(servers: TemporaryServers, options: EndToEndOptions): Promise<void> {
  const database = await servers.create();
  const env = {
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.migrationUrl,
    REDIS_URL: servers.redisUrl,
    ATTUNE_PLATFORM_API_KEY: `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`,
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

/** The tenant's admin on each of the replicas. */
async function createTenantClients(replicas: readonly Product[]): Promise<ApiClient[]> {
  const { url, platformKey } = replicas[0]!;
  const key = await createTenant(new ApiClient(url, platformKey));
  return replicas.map((replica) => new ApiClient(replica.url, key));
}

async function runRound(writer: ApiClient, reader: ApiClient, patches: number): Promise<EndToEndRound> {
  const round: EndToEndRound = { still: [], shown: [], firsts: 0 };
  for (let index = 0; index < patches; index += 1) {
    const startedAt = performance.now();
    await readVersion(reader);
    round.still.push(performance.now() - startedAt);
    await patchUntilVisible(writer, reader, round);
  }
  return round;
}

async function patchUntilVisible(writer: ApiClient, reader: ApiClient, round: EndToEndRound): Promise<void> {
  const { status, body } = await writer.patch<ConfigurationResponse>(path, { temperature: Math.random() });
  if (status !== 200) throw new Error(`PATCH answers ${status}: ${JSON.stringify(body)}`);
  const answeredAt = performance.now();
  let gets = 1;
  while ((await readVersion(reader)) < body.version) gets += 1;
  round.shown.push(performance.now() - answeredAt);
  if (gets === 1) round.firsts += 1;
}

async function readVersion(reader: ApiClient): Promise<number> {
  const { status, body } = await reader.get<ConfigurationResponse>(path);
  if (status !== 200) throw new Error(`GET answers ${status}: ${JSON.stringify(body)}`);
  return body.version;
}

function print(rounds: readonly EndToEndRound[], { patches }: EndToEndOptions): void {
  const at = (of: 'still' | 'shown', share: number): number[] =>
    rounds.map((each) => percentile(each[of], share));
  const line = (name: string, of: 'still' | 'shown'): string =>
    tableRow([
      name,
      medianWithRange(at(of, 0.5), 2),
      medianWithRange(at(of, 0.99), 2),
      medianWithRange(ratios(at(of, 0.5), at('still', 0.5)), 2),
      medianWithRange(ratios(at(of, 0.99), at('still', 0.99)), 2),
    ]);
  const firsts = rounds.reduce((sum, each) => sum + each.firsts, 0);
  console.log(`\n${rounds.length} rounds of ${patches} PATCHes, two replicas on Postgres and Redis:\n`);
  console.log(tableRow(['over HTTP', 'p50 ms', 'p99 ms', 'p50 to the GET', 'p99 to the GET']));
  console.log(line('a GET there, nothing changed', 'still'));
  console.log(line('PATCH answered to the change shown there', 'shown'));
  console.log(`\n${firsts} of ${rounds.length * patches} changes were in the first GET.`);
}
