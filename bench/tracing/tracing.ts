import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient } from '#testing';
import { type LoadOptions, type Throughput, measureThroughput } from '../config-read/measure-throughput.js';
import { createTenant } from '../seed-tenants.js';
import { type CleanupSteps, registerCleanup, startProduct } from '../servers.js';
import { medianWithRange, ratios, rotate, tableRow } from '../statistics.js';
import { startDatabaseServer } from '../temporary-servers.js';
import { measureQueries } from './measure-queries.js';

interface TracingOptions extends LoadOptions {
  readonly rounds: number;
}

/** The product with one way of tracing. */
interface TracedProduct {
  readonly name: string;
  readonly url: string;
  readonly key: string;
}

const sampling = { 'traces off': null, '1 % of traces kept': '0.01', 'all traces kept': '1' } as const;
const loads = ['GET /v1/config', 'GET /v1/config?include=sources', 'POST /v1/query'] as const;

/**
 * Measures what traces cost: requests per second with traces off, with 1 % and with all of them kept. A prepared read makes no span, a
 * read with its sources one, a query about ten. The receiver is a server that throws away what it gets. The products take turns.
 */
export async function measureTracing(options: TracingOptions): Promise<void> {
  const cleanup: CleanupSteps = [];
  try {
    const products = await startProducts(cleanup);
    for (const load of loads) await measureLoad(load, products, options);
  } finally {
    for (const step of cleanup.toReversed()) await step();
  }
}

async function startProducts(cleanup: CleanupSteps): Promise<TracedProduct[]> {
  const databases = await startDatabaseServer();
  cleanup.push(() => databases.stop());
  const receiver = await startReceiver();
  cleanup.push(() => new Promise((resolve) => receiver.close(resolve)));
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const products: TracedProduct[] = [];
  for (const [name, ratio] of Object.entries(sampling)) {
    const database = await databases.create();
    cleanup.push(() => database.drop());
    const env = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.migrationUrl };
    const traced = ratio === null ? {} : tracedEnv(endpoint, ratio);
    const { url, platformKey } = await registerCleanup(startProduct({ ...env, ...traced }), cleanup);
    products.push({ name, url, key: await createTenant(new ApiClient(url, platformKey)) });
  }
  return products;
}

function tracedEnv(endpoint: string, ratio: string): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: ratio,
  };
}

async function startReceiver(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function measureLoad(
  load: (typeof loads)[number],
  products: readonly TracedProduct[],
  options: TracingOptions,
): Promise<void> {
  const measure = (product: TracedProduct) => measureOnce(load, product, options);
  for (const product of products) await measure(product);
  const rounds = products.map((): number[] => []);
  for (let round = 0; round < options.rounds; round += 1)
    for (const product of rotate(products, round))
      rounds[products.indexOf(product)]!.push((await measure(product)).perSecond);
  console.log(`\n${load}`);
  console.log(tableRow(['', 'requests per second', 'ratio to traces off']));
  for (const [index, { name }] of products.entries())
    console.log(
      tableRow([
        name,
        medianWithRange(rounds[index]!, 0),
        medianWithRange(ratios(rounds[index]!, rounds[0]!), 2),
      ]),
    );
}

function measureOnce(
  load: (typeof loads)[number],
  { name, url, key }: TracedProduct,
  options: TracingOptions,
): Promise<Pick<Throughput, 'perSecond'>> {
  const [method, path] = load.split(' ') as [string, string];
  if (method === 'POST') return measureQueries(`${url}${path}`, key, options);
  return measureThroughput({ name, url: `${url}${path}`, authorizations: [`Bearer ${key}`] }, options);
}
