import { SignJWT } from 'jose';
import { ApiClient } from '#testing';
import { installPeers } from '../peers.js';
import {
  type PreparedResponse,
  type Product,
  type CleanupSteps,
  registerCleanup,
  startBareFastify,
  startProduct,
} from '../servers.js';
import { mixDescription } from '../configuration-mix.js';
import { benchTenant, createTenant } from '../seed-tenants.js';
import { ratios, rotate, tableRow, medianWithRange } from '../statistics.js';
import { type DatabaseServer, startDatabaseServer } from '../temporary-servers.js';
import {
  type Throughput,
  type Contestant,
  type LoadOptions,
  measureThroughput,
} from './measure-throughput.js';
import { startUnleash } from './unleash.js';

export interface ConfigReadOptions extends LoadOptions {
  readonly rounds: number;
}

/** The credentials of the tenants, in the same order. */
interface Credentials {
  readonly jwts: readonly string[];
  readonly apiKeys: readonly string[];
}

const path = '/v1/config';
/** One of each kind in the mix of configurations. */
const tenantCount = 10;
/** Indexes of the yardsticks among the contestants, and of those that differ only by a cookie. */
const [bare, logging, unleash] = [0, 1, 2];
const [withoutCookie, withCookie] = [4, 5];

/**
 * Measures requests per second of `GET /v1/config`. The yardsticks are a bare Fastify that sends the same bytes (body and
 * headers), with and without a log line for each request, and unleash-server, which evaluates 50 toggles for one tenant.
 * Ten tenants of the published mix read the product in turn. The product and unleash-server write a request log, and use
 * databases on one Postgres. All contestants take turns, so that other load on the machine affects them equally; ratios
 * are taken within a round.
 */
export async function configRead(options: ConfigReadOptions): Promise<void> {
  installPeers();
  const cleanup: CleanupSteps = [];
  try {
    const contestants = await startContestants(cleanup);
    for (const contestant of contestants) await measureThroughput(contestant, options);
    const rounds = contestants.map((): Throughput[] => []);
    for (let round = 0; round < options.rounds; round += 1)
      for (const contestant of rotate(contestants, round))
        rounds[contestants.indexOf(contestant)]!.push(await measureThroughput(contestant, options));
    print(contestants, rounds, options);
  } finally {
    for (const step of cleanup.toReversed()) await step();
  }
}

/** The yardsticks first, then the product with each kind of credential. */
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
    {
      name: 'the same beside a console cookie',
      url,
      authorizations: apiKeys,
      cookie: await openSession(product),
    },
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

async function createCredentials({ url, platformKey, jwtSecret }: Product): Promise<Credentials> {
  const platform = new ApiClient(url, platformKey);
  const numbers = Array.from({ length: tenantCount }, (_, index) => index + 1);
  const keys = await Promise.all(numbers.map((number) => createTenant(platform, { number })));
  const jwts = await Promise.all(numbers.map((number) => signJwt(benchTenant(number), jwtSecret)));
  return { jwts, apiKeys: keys.map((key) => `Bearer ${key}`) };
}

/** Signs in to the console. @returns the session's cookie, for a `Cookie` header */
async function openSession({ url, platformKey }: Product): Promise<string> {
  const response = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, 'attune-console': '1' },
    body: JSON.stringify({ api_key: platformKey }),
  });
  const [cookie] = response.headers.getSetCookie();
  if (response.status !== 204 || !cookie) throw new Error(`POST /v1/session returned ${response.status}.`);
  return cookie.split(';')[0]!;
}

async function signJwt(tenantId: string, secret: string): Promise<string> {
  const jwt = await new SignJWT({ tenant_id: tenantId, role: 'member' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('bench')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  return `Bearer ${jwt}`;
}

/** A response for the yardstick to repeat; Fastify itself writes the length, the date and the connection. */
async function readPreparedResponse(url: string, authorization: string): Promise<PreparedResponse> {
  const response = await fetch(`${url}${path}`, { headers: { authorization } });
  if (response.status !== 200) throw new Error(`GET ${path} returned ${response.status}.`);
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
      'vs bare Fastify',
      'vs Fastify with log',
      'vs unleash-server',
      'generator CPU',
    ]),
  );
  for (const [index, { name }] of contestants.entries()) {
    const own = rates[index]!;
    const to = (yardstick: number): string => medianWithRange(ratios(own, rates[yardstick]!), 2);
    const busy = measurements[index]!.map(({ generatorCpuShare }) => generatorCpuShare);
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
  const toItself = medianWithRange(ratios(rates[withCookie!]!, rates[withoutCookie!]!), 2);
  console.log(`\nWith a console cookie beside the API key, compared with the API key alone: ${toItself}`);
}
