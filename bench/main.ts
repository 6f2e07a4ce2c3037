import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { attack } from './attack/attack.js';
import { serveBystander } from './attack/bystander-worker.js';
import { benchmarkBulk } from './bulk.js';
import { serveBareFastify } from './config-read/bare-fastify.js';
import { configRead } from './config-read/config-read.js';
import { measureConsole } from './console/console.js';
import { load } from './load/load.js';
import { serveListener } from './propagation/listener.js';
import { measurePrompts } from './prompts/prompts.js';
import { measurePropagation } from './propagation/propagation.js';
import { measureCacheRead } from './reads/cache-read.js';
import { measureNeighbours } from './neighbours/neighbours.js';
import { serveNoisyTenant } from './neighbours/noisy-tenant.js';
import { serveQuietTenant } from './neighbours/quiet-tenant.js';
import { serveModel } from './queries/model-worker.js';
import { measureCorpusSize } from './queries/corpus-size.js';
import { measureQueryOverhead } from './queries/query-overhead.js';
import { serveCacheRead } from './reads/cache-read-worker.js';
import { measureScale } from './reads/scale.js';
import { measureStorage } from './reads/storage.js';
import { serveScale } from './reads/scale-worker.js';
import { measureRetrieval } from './retrieval/retrieval.js';
import { measureStart } from './start/start.js';
import { measureStreams } from './streams/streams.js';
import { measureTracing } from './tracing/tracing.js';
import { soak } from './soak/soak.js';
import { upgrade } from './upgrade/upgrade.js';

/** The additional processes of the benchmarks. */
const workers = new Map([
  ['bystander', serveBystander],
  ['cache-read', serveCacheRead],
  ['model', serveModel],
  ['noisy-tenant', serveNoisyTenant],
  ['propagation', serveListener],
  ['quiet-tenant', serveQuietTenant],
  ['scale', serveScale],
]);

/** Each benchmark is a command: `npm run bench -- <name>`. */
const program = new Command('bench').description(
  "Attune's benchmarks. They print ratios, because absolute times depend on the machine.",
);

program
  .command('config-read')
  .description(
    'GET /v1/config with a JWT, with an API key, and beside a console cookie, compared with a bare Fastify that sends the same bytes and with unleash-server',
  )
  .option('--rounds <n>', 'number of rounds', parsePositive, 7)
  .option('--seconds <n>', 'length of each measurement', parsePositive, 3)
  .option('--connections <n>', 'keep-alive connections, each with one request at a time', parsePositive, 50)
  .action(configRead);

program
  .command('retrieval')
  .description(
    'nDCG@10 and recall@20 on a collection by alpha, with and without the reranker, with 0 and with other tenants loaded',
  )
  .requiredOption(
    '--data <folder>',
    'folder with documents, queries and judgements in the format of Cranfield',
  )
  .option('--tenants <n>', 'number of other tenants', parsePositive, 50)
  .option('--stores', 'compare with a second vector store, a local Pinecone', false)
  .option('--fit', 'print the calibration fitted on the odd-numbered queries', false)
  .action(measureRetrieval);

program
  .command('prompts')
  .description(
    'How many honest and hostile prompts the check of templates refuses, in the collections of the tests and in those of a folder',
  )
  .option(
    '--data <folder>',
    'folder with <group>/honest/<name>.jsonl and <group>/hostile/<name>.jsonl, one {"language", "text"} a line',
  )
  .action(measurePrompts);

program
  .command('bulk')
  .description(
    'A bulk update of all tenants, compared with one hand-written UPDATE with INSERT … SELECT of history over the same rows',
  )
  .option('--tenants <n>', 'number of tenants', parsePositive, 10_000)
  .option('--rounds <n>', 'number of rounds', parsePositive, 5)
  .option('--configurations <n>', 'number of different configurations', parsePositive, 50)
  .action(benchmarkBulk);

program
  .command('cache-read')
  .description(
    'A warm read, compared with a bare Map of the same values, other caches and flag clients; and the start of @attune/client without its service',
  )
  .option('--tenants <n>', 'number of tenants', parsePositive, 1_000)
  .option('--rounds <n>', 'number of rounds', parsePositive, 7)
  .option('--milliseconds <n>', 'length of each measurement', parsePositive, 500)
  .action(measureCacheRead);

program
  .command('propagation')
  .description(
    'The time until another process has a change, compared with a plain publish over the same Redis',
  )
  .option('--rounds <n>', 'number of rounds', parsePositive, 7)
  .option('--changes <n>', 'changes from cache to cache in each round', parsePositive, 1_000)
  .option('--patches <n>', 'changes over HTTP in each round', parsePositive, 100)
  .action(measurePropagation);

program
  .command('streams')
  .description(
    'Streams of changes on one replica: memory, order, and the time until all have a change, also without Redis and after a restart',
  )
  .option('--streams <n>', 'number of streams', parsePositive, 1_000)
  .option('--tenants <n>', 'number of tenants that they belong to', parsePositive, 20)
  .option('--rounds <n>', 'changes of each tenant', parsePositive, 10)
  .action(measureStreams);

program
  .command('neighbours')
  .description(
    'What a quiet tenant notices of a noisy one on one replica: P95 of its reads, queries and changes, alone and beside each noise',
  )
  .option('--rounds <n>', 'number of rounds', parsePositive, 2)
  .option('--seconds <n>', 'length of each measurement', parsePositive, 5)
  .action(measureNeighbours);

program
  .command('tracing')
  .description('Reads and queries per second with traces off, with 1 % and with all of them kept')
  .option('--rounds <n>', 'number of rounds', parsePositive, 3)
  .option('--seconds <n>', 'length of each measurement', parsePositive, 2)
  .option('--connections <n>', 'keep-alive connections, each with one request at a time', parsePositive, 50)
  .action(measureTracing);

program
  .command('scale')
  .description('Reads, memory, start time and catch-up by the number of tenants, on Postgres')
  .option(
    '--tenants <list>',
    'numbers of tenants, separated by commas',
    parsePositives,
    [100, 1_000, 10_000, 100_000],
  )
  .option('--rounds <n>', 'number of rounds of reads', parsePositive, 7)
  .option('--milliseconds <n>', 'length of each measurement of reads', parsePositive, 500)
  .action(measureScale);

program
  .command('storage')
  .description(
    'Rows and bytes of configurations in Postgres, and how long loading one takes, by the number of tenants',
  )
  .option('--tenants <list>', 'numbers of tenants, separated by commas', parsePositives, [1_000, 10_000])
  .option('--rounds <n>', 'number of rounds of loads', parsePositive, 7)
  .option('--loads <n>', 'loads in each round', parsePositive, 500)
  .action(measureStorage);

program
  .command('console')
  .description(
    'The tenants of the console in Chromium: first rows, search, scrolling, and the clicks of each goal',
  )
  .option('--tenants <n>', 'number of tenants', parsePositive, 10_000)
  .option('--rounds <n>', 'number of navigations', parsePositive, 5)
  .action(measureConsole);

program
  .command('start')
  .description(
    'CPU of a start and memory at rest of a replica, compared with a bare Nest on Fastify and TypeORM; and the time of attune --help',
  )
  .option('--rounds <n>', 'number of rounds', parsePositive, 3)
  .option('--rest <n>', 'seconds at rest before memory is read', parsePositive, 8)
  .action(measureStart);

program
  .command('query-overhead')
  .description(
    'The cost of a query beyond the model, compared with the model called directly and with Portkey',
  )
  .option('--rounds <n>', 'number of rounds', parsePositive, 7)
  .option('--seconds <n>', 'length of each measurement', parsePositive, 3)
  .option('--connections <list>', 'concurrent requests, separated by commas', parsePositives, [1, 64])
  .option('--model <list>', 'delays of the model in milliseconds, separated by commas', parseWholes, [0, 50])
  .option('--chunks <n>', 'chunks of the tenant with documents', parsePositive, 5_000)
  .option('--dimensions <n>', 'dimensions of the embeddings; the local embedder has 512', parsePositive, 512)
  .option('--tenants <n>', 'also asks so many tenants in turn, which share the chunks', parsePositive, 1)
  .option('--replicas <n>', 'also asks so many replicas in turn', parsePositive, 1)
  .action(measureQueryOverhead);

program
  .command('corpus-size')
  .description('The cost of a query by the size of the corpus, in memory and in Postgres')
  .option('--chunks <list>', 'sizes, multiples of the first', parsePositives, [5_000, 50_000])
  .option('--seconds <n>', 'length of each measurement', parsePositive, 5)
  .option('--dimensions <n>', 'dimensions of the embeddings; the local embedder has 512', parsePositive, 512)
  .action(measureCorpusSize);

program
  .command('load')
  .description('A rising rate of queries of 100 tenants on three replicas, until they are saturated')
  .option('--tenants <n>', 'number of tenants, each with its own configuration', parsePositive, 100)
  .option('--chunks <n>', 'chunks per tenant', parsePositive, 50)
  .option('--model <ms>', 'delay of the model in milliseconds', parseWhole, 200)
  .option('--from <n>', 'first rate, in queries per second', parsePositive, 20)
  .option('--rise <percent>', 'increase of the rate from step to step', parsePositive, 25)
  .option('--seconds <n>', 'length of each step', parsePositive, 6)
  .option('--dimensions <n>', 'dimensions of the embeddings; the local embedder has 512', parsePositive, 512)
  .action(load);

program
  .command('soak')
  .description(
    'Three replicas, a fault every 10 seconds, and a check of everything that was read and changed',
  )
  .option('--minutes <n>', 'length of the run', parsePositive, 10)
  .option('--tenants <n>', 'number of tenants', parsePositive, 1_000)
  .option('--changes <n>', 'changes per second, over all tenants', parsePositive, 50)
  .option('--reads <n>', 'reads per second, at each replica and at the load balancer', parsePositive, 50)
  .option(
    '--failovers',
    'PgBouncer, a standby of Postgres and sentinels of Redis; each fault once, with both failovers',
  )
  .action(soak);

program
  .command('upgrade')
  .description(
    'Three replicas of an earlier release are upgraded, taken back and upgraded again under traffic, and what clients lost',
  )
  .requiredOption('--from <folder>', 'a checkout of the earlier release, after `npm ci && npm run build`')
  .option('--seconds <n>', 'traffic after each step', parsePositive, 10)
  .action(upgrade);

program
  .command('attack')
  .description('Attacks on a fresh replica each, and how long another tenant waits for its configuration')
  .option('--only <text>', 'only the attacks whose name contains this')
  .option('--limit <ms>', 'longest wait of the other tenant', parsePositive, 250)
  .action(attack);

program.command('bare-fastify', { hidden: true }).action(serveBareFastify);
program
  .command('worker', { hidden: true })
  .argument('<name>')
  .action((name: string) => workers.get(name)?.());

await program.parseAsync();

function parsePositive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('Use an integer of at least 1.');
  return number;
}

function parseWhole(text: string): number {
  return text === '0' ? 0 : parsePositive(text);
}

function parseWholes(text: string): number[] {
  return text.split(',').map(parseWhole);
}

function parsePositives(text: string): number[] {
  return text.split(',').map(parsePositive);
}
