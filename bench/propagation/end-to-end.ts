import { randomBytes } from 'node:crypto';
import { ApiClient } from '#testing';
import { type Product, startProduct } from '../servers.js';
import { createTenant } from '../seed-tenants.js';
import { percentile, ratios, row, spread } from '../statistics.js';
import type { Servers } from '../throw-away-servers.js';

interface Options {
  readonly rounds: number;
  readonly patches: number;
}

interface Configuration {
  readonly version: number;
}

/** Milliseconds of one round. */
interface Round {
  /** A GET on the other replica with nothing changed. */
  readonly still: number[];
  /** From the PATCH's answer to the answer of the other replica's GET that shows the change. */
  readonly shown: number[];
  /** How many first GETs showed it. */
  firsts: number;
}

const path = '/v1/config';

/** A PATCH answered by one replica, and a GET on another that shows it, beside that replica's GET when nothing changed. */
export async function endToEnd(servers: Servers, options: Options): Promise<void> {
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
    const [here, there] = await tenantOn(replicas);
    await playRound(here!, there!, options.patches);
    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round += 1)
      rounds.push(await playRound(here!, there!, options.patches));
    print(rounds, options);
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await database.drop();
  }
}

/** The tenant's admin on each of the replicas. */
async function tenantOn(replicas: readonly Product[]): Promise<ApiClient[]> {
  const { url, platformKey } = replicas[0]!;
  const key = await createTenant(new ApiClient(url, platformKey));
  return replicas.map((replica) => new ApiClient(replica.url, key));
}

async function playRound(here: ApiClient, there: ApiClient, patches: number): Promise<Round> {
  const round: Round = { still: [], shown: [], firsts: 0 };
  for (let index = 0; index < patches; index += 1) {
    const begun = performance.now();
    await versionAt(there);
    round.still.push(performance.now() - begun);
    await patchAndSee(here, there, round);
  }
  return round;
}

async function patchAndSee(here: ApiClient, there: ApiClient, round: Round): Promise<void> {
  const { status, body } = await here.patch<Configuration>(path, { temperature: Math.random() });
  if (status !== 200) throw new Error(`PATCH answers ${status}: ${JSON.stringify(body)}`);
  const answeredAt = performance.now();
  let gets = 1;
  while ((await versionAt(there)) < body.version) gets += 1;
  round.shown.push(performance.now() - answeredAt);
  if (gets === 1) round.firsts += 1;
}

async function versionAt(there: ApiClient): Promise<number> {
  const { status, body } = await there.get<Configuration>(path);
  if (status !== 200) throw new Error(`GET answers ${status}: ${JSON.stringify(body)}`);
  return body.version;
}

function print(rounds: readonly Round[], { patches }: Options): void {
  const at = (of: 'still' | 'shown', share: number): number[] =>
    rounds.map((each) => percentile(each[of], share));
  const line = (name: string, of: 'still' | 'shown'): string =>
    row([
      name,
      spread(at(of, 0.5), 2),
      spread(at(of, 0.99), 2),
      spread(ratios(at(of, 0.5), at('still', 0.5)), 2),
      spread(ratios(at(of, 0.99), at('still', 0.99)), 2),
    ]);
  const firsts = rounds.reduce((sum, each) => sum + each.firsts, 0);
  console.log(`\n${rounds.length} rounds of ${patches} PATCHes, two replicas on Postgres and Redis:\n`);
  console.log(row(['over HTTP', 'p50 ms', 'p99 ms', 'p50 to the GET', 'p99 to the GET']));
  console.log(line('a GET there, nothing changed', 'still'));
  console.log(line('PATCH answered to the change shown there', 'shown'));
  console.log(`\n${firsts} of ${rounds.length * patches} changes were in the first GET.`);
}
