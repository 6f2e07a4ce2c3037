import { SignJWT } from 'jose';
import { ApiClient } from '#testing';
import { installPeers } from '../peers.js';
import {
  type PreparedAnswer,
  type Product,
  type Started,
  startBareFastify,
  startProduct,
} from '../servers.js';
import { mixInWords } from '../configuration-mix.js';
import { benchTenant, createTenant } from '../seed-tenants.js';
import { ratios, rotated, row, spread } from '../statistics.js';
import { type DatabaseServer, startDatabaseServer } from '../throw-away-servers.js';
import { type Answered, type Contestant, type Load, answeredBy } from './load.js';
import { startUnleash } from './unleash.js';

export interface ConfigReadOptions extends Load {
  readonly rounds: number;
}

/** Of the tenants that are read, each in its place. */
interface Credentials {
  readonly jwts: readonly string[];
  readonly apiKeys: readonly string[];
}

/** Whatever has to be stopped, the last first. */
type Ends = (() => Promise<unknown>)[];

const path = '/v1/config';
/** Once through the mix of configurations. */
const tenants = 10;
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
  const ends: Ends = [];
  try {
    const contestants = await line(ends);
    for (const one of contestants) await answeredBy(one, options);
    const rounds = contestants.map((): Answered[] => []);
    for (let round = 0; round < options.rounds; round += 1)
      for (const one of rotated(contestants, round))
        rounds[contestants.indexOf(one)]!.push(await answeredBy(one, options));
    print(contestants, rounds, options);
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** Those who take part: first the yardsticks, then the product with each kind of credential. */
async function line(ends: Ends): Promise<Contestant[]> {
  const server = await startDatabaseServer();
  ends.push(() => server.stop());
  const product = await onDatabase(server, ends);
  const flags = await unleashOn(server, ends);
  const { jwts, apiKeys } = await credentialsAt(product);
  const answers = await Promise.all(jwts.map((jwt) => answerOf(product.url, jwt)));
  const silent = await running(startBareFastify(answers, 'silent'), ends);
  const log = await running(startBareFastify(answers, 'logging'), ends);
  const url = `${product.url}${path}`;
  return [
    { name: 'bare Fastify, same bytes', url: `${silent.url}${path}`, authorizations: jwts },
    { name: 'bare Fastify, same bytes, logging', url: `${log.url}${path}`, authorizations: jwts },
    flags,
    { name: 'GET /v1/config with a JWT', url, authorizations: jwts },
    { name: 'GET /v1/config with an API key', url, authorizations: apiKeys },
  ];
}

async function onDatabase(server: DatabaseServer, ends: Ends): Promise<Product> {
  const database = await server.create();
  ends.push(() => database.drop());
  const env = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.migrationUrl };
  return running(startProduct(env), ends);
}

async function unleashOn(server: DatabaseServer, ends: Ends): Promise<Contestant> {
  const database = await server.createEmpty();
  ends.push(() => database.drop());
  const { url, path: evaluation, authorization } = await running(startUnleash(database.superuserUrl), ends);
  return { name: 'unleash-server, 50 toggles', url: `${url}${evaluation}`, authorizations: [authorization] };
}

async function running<S extends Started>(starting: Promise<S>, ends: Ends): Promise<S> {
  const started = await starting;
  ends.push(() => started.stop());
  return started;
}

async function credentialsAt({ url, platformKey, jwtSecret }: Product): Promise<Credentials> {
  const platform = new ApiClient(url, platformKey);
  const numbers = Array.from({ length: tenants }, (_, index) => index + 1);
  const keys = await Promise.all(numbers.map((number) => createTenant(platform, { number })));
  const jwts = await Promise.all(numbers.map((number) => jwtOf(benchTenant(number), jwtSecret)));
  return { jwts, apiKeys: keys.map((key) => `Bearer ${key}`) };
}

async function jwtOf(tenantId: string, secret: string): Promise<string> {
  const jwt = await new SignJWT({ tenant_id: tenantId, role: 'member' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('bench')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  return `Bearer ${jwt}`;
}

/** What the yardstick repeats; Fastify itself writes the length, the date and the connection. */
async function answerOf(url: string, authorization: string): Promise<PreparedAnswer> {
  const answer = await fetch(`${url}${path}`, { headers: { authorization } });
  if (answer.status !== 200) throw new Error(`GET ${path} answers ${answer.status}.`);
  const written = new Set(['content-length', 'date', 'connection', 'keep-alive']);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !written.has(name)));
  return { body: await answer.text(), headers };
}

function print(
  contestants: readonly Contestant[],
  answered: readonly (readonly Answered[])[],
  options: ConfigReadOptions,
): void {
  const { rounds: count, seconds, connections } = options;
  console.log(
    `Node ${process.version}, ${count} rounds of ${seconds} s, ${connections} connections, ${tenants} tenants. ${mixInWords} Median (min–max):\n`,
  );
  const rates = answered.map((rounds) => rounds.map(({ perSecond }) => perSecond));
  console.log(
    row([
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
    const to = (yardstick: number): string => spread(ratios(own, rates[yardstick]!), 2);
    const busy = answered[index]!.map(({ busyAsking }) => busyAsking);
    console.log(row([name, spread(own, 0), to(bare!), to(logging!), to(unleash!), spread(busy, 2)]));
  }
}
