import { SignJWT } from 'jose';
import { ApiClient } from '#testing';
import { installPeers } from '../peers.js';
import {
  type PreparedResponse,
  type Product,
  type RunningServer,
  startBareFastify,
  startProduct,
} from '../servers.js';
import { mixDescription } from '../configuration-mix.js';
import { benchTenant, createTenant } from '../seed-tenants.js';
import { ratios, rotate, tableRow, medianWithRange } from '../statistics.js';
import { type DatabaseServer, startDatabaseServer } from '../temporary-servers.js';
import { type Throughput, type Contestant, type LoadOptions, measureThroughput } from './measure-throughput.js';
import { startUnleash } from './unleash.js';

export interface ConfigReadOptions extends LoadOptions {
  readonly rounds: number;
}

/** Of the tenants that are read, each in its place. */
interface Credentials {
  readonly jwts: readonly string[];
  readonly apiKeys: readonly string[];
}

/** Whatever has to be stopped, the last first. */
type CleanupSteps = (() => Promise<unknown>)[];

const path = '/v1/config';
/** Once through the mix of configurations. */
const tenantCount = 10;
/** Places of the yardsticks in the line. */
const [bare, logging, unleash] = [0, 1, 2];

/**
 * Requests per second of `GET /v1/config`, beside a bare Fastify that sends the same bytes (body and headers), without and with a
 * log line for each, and beside unleash-server's evaluation of 50 toggles for one tenant. The product is read by ten tenants in
 * turn, of the published mix. It and unleash-server both write their request log, on databases of one Postgres. All take turns, so
 * that whatever else the machine does meets all alike; ratios are taken within a round.
 */
export async function configRead(options: ConfigReadOptions): Promise<void> {
  installPeers();
  const cleanup: CleanupSteps = [];
  try {
    const contestants = await startContestants(cleanup);
    for (const contestant of contestants) await measureThroughput(contestant, options);
    const rounds = contestants.map((): Throughput[] => []);
    for (let round = 0; round < options.rounds; round += 1)
      for (const one of rotate(contestants, round))
        rounds[contestants.indexOf(one)]!.push(await measureThroughput(one, options));
    print(contestants, rounds, options);
  } finally {
    for (const end of cleanup.toReversed()) await end();
  }
}

/** Those who take part: first the yardsticks, then the product with each kind of credential. */
async function startContestants(cleanup: CleanupSteps): Promise<Contestant[]> {
  const server = await startDatabaseServer();
  cleanup.push(() => server.stop());
  const product = await startProductOn(server, cleanup);
  const flags = await startUnleashOn(server, cleanup);
  const { jwts, apiKeys } = await createCredentials(product);
  const answers = await Promise.all(jwts.map((jwt) => readPreparedResponse(product.url, jwt)));
  const silent = await registerCleanup(startBareFastify(answers, 'silent'), cleanup);
  const log = await registerCleanup(startBareFastify(answers, 'logging'), cleanup);
  const url = `${product.url}${path}`;
  return [
    { name: 'bare Fastify, same bytes', url: `${silent.url}${path}`, authorizations: jwts },
    { name: 'bare Fastify, same bytes, logging', url: `${log.url}${path}`, authorizations: jwts },
    flags,
    { name: 'GET /v1/config with a JWT', url, authorizations: jwts },
    { name: 'GET /v1/config with an API key', url, authorizations: apiKeys },
  ];
}

async function startProductOn(server: DatabaseServer, cleanup: CleanupSteps): Promise<Product> {
  const database = await server.create();
  cleanup.push(() => database.drop());
  const env = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.migrationUrl };
  return registerCleanup(startProduct(env), cleanup);
}

async function startUnleashOn(server: DatabaseServer, cleanup: CleanupSteps): Promise<Contestant> {
  const database = await server.createEmpty();
  cleanup.push(() => database.drop());
  const {
    url,
    path: evaluation,
    authorization,
  } = await registerCleanup(startUnleash(database.superuserUrl), cleanup);
  return { name: 'unleash-server, 50 toggles', url: `${url}${evaluation}`, authorizations: [authorization] };
}

async function registerCleanup<S extends RunningServer>(
  starting: Promise<S>,
  cleanup: CleanupSteps,
): Promise<S> {
  const started = await starting;
  cleanup.push(() => started.stop());
  return started;
}

async function createCredentials({ url, platformKey, jwtSecret }: Product): Promise<Credentials> {
  const platform = new ApiClient(url, platformKey);
  const numbers = Array.from({ length: tenantCount }, (_, index) => index + 1);
  const keys = await Promise.all(numbers.map((number) => createTenant(platform, { number })));
  const jwts = await Promise.all(numbers.map((number) => signJwt(benchTenant(number), jwtSecret)));
  return { jwts, apiKeys: keys.map((key) => `Bearer ${key}`) };
}

async function signJwt(tenantId: string, secret: string): Promise<string> {
  const jwt = await new SignJWT({ tenant_id: tenantId, role: 'member' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('bench')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  return `Bearer ${jwt}`;
}

/** What the yardstick repeats; Fastify itself writes the length, the date and the connection. */
async function readPreparedResponse(url: string, authorization: string): Promise<PreparedResponse> {
  const response = await fetch(`${url}${path}`, { headers: { authorization } });
  if (response.status !== 200) throw new Error(`GET ${path} answers ${response.status}.`);
  const excludedHeaders = new Set(['content-length', 'date', 'connection', 'keep-alive']);
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !excludedHeaders.has(name)));
  return { body: await response.text(), headers };
}

function print(
  contestants: readonly Contestant[],
  measurements: readonly (readonly Throughput[])[],
  options: ConfigReadOptions,
): void {
  const { rounds: count, seconds, connections } = options;
  console.log(
    `Node ${process.version}, ${count} rounds of ${seconds} s, ${connections} connections, ${tenantCount} tenants. ${mixDescription} Median (min–max):\n`,
  );
  const rates = measurements.map((rounds) => rounds.map(({ perSecond }) => perSecond));
  console.log(
    tableRow([
      '',
      'requests per second',
      'to bare Fastify',
      'to it with a log',
      'to unleash-server',
      'busy asking',
    ]),
  );
  for (const [index, { name }] of contestants.entries()) {
    const own = rates[index]!;
    const to = (yardstick: number): string => medianWithRange(ratios(own, rates[yardstick]!), 2);
    const busy = measurements[index]!.map(({ generatorCpuShare: busyAsking }) => busyAsking);
    console.log(
      tableRow([
        name,
        medianWithRange(own, 0),
        to(bare!),
        to(logging!),
        to(unleash!),
        medianWithRange(busy, 2),
      ]),
    );
  }
}
