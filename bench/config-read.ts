import autocannon from 'autocannon';
import { SignJWT } from 'jose';
import {
  type PreparedAnswer,
  type Product,
  type Started,
  startBareFastify,
  startProduct,
} from './servers.js';

export interface ConfigReadOptions {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
}

interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly authorization: string;
}

interface Credentials {
  readonly jwt: string;
  readonly apiKey: string;
}

const tenantId = 'bench';

/**
 * Requests per second of `GET /v1/config`, beside a bare Fastify that sends the same body, and one that sends the same bytes:
 * body and headers. They take turns, so that whatever else the machine does meets all alike; ratios are taken within a round.
 */
export async function configRead(options: ConfigReadOptions): Promise<void> {
  const product = await startProduct();
  const running: Started[] = [product];
  try {
    const contestants = await line(product, running);
    for (const one of contestants) await measure(one, options);
    const rounds: number[][] = [];
    for (let round = 0; round < options.rounds; round += 1)
      rounds.push(await playRound(contestants, options));
    print(contestants, rounds, options);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** Those who take part: first the two yardsticks, then the product with each kind of credential. */
async function line(product: Product, running: Started[]): Promise<Contestant[]> {
  const { jwt, apiKey } = await credentialsAt(product);
  const answer = await answerOf(product.url, jwt);
  const bare = await startBareFastify({
    body: answer.body,
    headers: { 'content-type': answer.headers['content-type']! },
  });
  running.push(bare);
  const dressed = await startBareFastify(answer);
  running.push(dressed);
  return [
    { name: 'bare Fastify, same body', url: bare.url, authorization: jwt },
    { name: 'bare Fastify, same bytes', url: dressed.url, authorization: jwt },
    { name: 'GET /v1/config with a JWT', url: product.url, authorization: jwt },
    { name: 'GET /v1/config with an API key', url: product.url, authorization: apiKey },
  ];
}

async function credentialsAt({ url, platformKey, jwtSecret }: Product): Promise<Credentials> {
  const created = await fetch(`${url}/v1/platform/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platformKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tenant_id: tenantId, name: 'Benchmark', plan: 'pro' }),
  });
  if (created.status !== 201) throw new Error(`The tenant could not be created: ${await created.text()}`);
  const { admin_key: key } = (await created.json()) as { admin_key: { key: string } };
  const jwt = await new SignJWT({ tenant_id: tenantId, role: 'member' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('bench')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(jwtSecret));
  return { jwt: `Bearer ${jwt}`, apiKey: `Bearer ${key.key}` };
}

/** What the yardstick repeats; Fastify itself writes the length, the date and the connection. */
async function answerOf(url: string, authorization: string): Promise<PreparedAnswer> {
  const answer = await fetch(`${url}/v1/config`, { headers: { authorization } });
  if (answer.status !== 200) throw new Error(`GET /v1/config answers ${answer.status}.`);
  const written = new Set(['content-length', 'date', 'connection', 'keep-alive']);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !written.has(name)));
  return { body: await answer.text(), headers };
}

async function playRound(contestants: readonly Contestant[], options: ConfigReadOptions): Promise<number[]> {
  const rates: number[] = [];
  for (const one of contestants) rates.push(await measure(one, options));
  return rates;
}

/** @returns requests per second @throws Error when anything but a 200 came back. */
async function measure({ name, url, authorization }: Contestant, load: ConfigReadOptions): Promise<number> {
  const { connections, seconds: duration } = load;
  const result = await autocannon({
    url: `${url}/v1/config`,
    headers: { authorization },
    connections,
    duration,
  });
  const faults = result.non2xx + result.errors + result.timeouts;
  if (faults > 0) throw new Error(`${name}: ${faults} of ${result.requests.total} requests went wrong.`);
  return result.requests.total / result.duration;
}

function print(
  contestants: readonly Contestant[],
  rounds: readonly number[][],
  options: ConfigReadOptions,
): void {
  const { rounds: count, seconds, connections } = options;
  console.log(
    `Node ${process.version}, ${count} rounds of ${seconds} s, ${connections} connections. Median (min–max):\n`,
  );
  console.log(row(['', 'requests per second', 'to the same body', 'to the same bytes']));
  for (const [index, { name }] of contestants.entries()) {
    const rates = rounds.map((round) => round[index]!);
    const toBody = rounds.map((round) => round[index]! / round[0]!);
    const toBytes = rounds.map((round) => round[index]! / round[1]!);
    console.log(row([name, spread(rates, 0), spread(toBody, 2), spread(toBytes, 2)]));
  }
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(index === 0 ? 38 : 24))
    .join('')
    .trimEnd();
}

function spread(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return `${median.toFixed(digits)} (${sorted[0]!.toFixed(digits)}–${sorted.at(-1)!.toFixed(digits)})`;
}
