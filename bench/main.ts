import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { benchmarkBulk } from './bulk.js';
import { serveBareFastify } from './config-read/bare-fastify.js';
import { configRead } from './config-read/config-read.js';
import { load } from './load/load.js';
import { serveListener } from './propagation/listener.js';
import { measurePropagation } from './propagation/propagation.js';
import { measureCacheRead } from './reads/cache-read.js';
import { serveModel } from './queries/model-worker.js';
import { measureQueryOverhead } from './queries/query-overhead.js';
import { serveCacheRead } from './reads/cache-read-worker.js';
import { measureScale } from './reads/scale.js';
import { serveScale } from './reads/scale-worker.js';
import { measureRetrieval } from './retrieval/retrieval.js';
import { soak } from './soak/soak.js';

/** The processes that benchmarks start beside their own. */
const workers = new Map([
  ['cache-read', serveCacheRead],
  ['model', serveModel],
  ['propagation', serveListener],
  ['scale', serveScale],
]);

/** Each benchmark is a command: `npm run bench -- <name>`. */
const program = new Command('bench').description(
  "Attune's benchmarks. They print ratios where speed depends on the machine.",
);

program
  .command('config-read')
  .description(
    'GET /v1/config with a JWT and with an API key, beside a bare Fastify that sends the same bytes and beside unleash-server',
  )
  .option('--rounds <n>', 'how often they take turns', parsePositive, 7)
  .option('--seconds <n>', 'length of each measurement', parsePositive, 3)
  .option('--connections <n>', 'kept alive, each with one request at a time', parsePositive, 50)
  .action(configRead);

program
  .command('retrieval')
  .description(
    'nDCG@10 and recall@20 on a collection by alpha, with and without the reranker, with 0 and with other tenants loaded',
  )
  .requiredOption(
    '--data <folder>',
    'where the files of documents, queries and judgements are, as Cranfield has them',
  )
  .option('--tenants <n>', 'how many other tenants', parsePositive, 50)
  .option('--stores', 'compare with a second store, a local Pinecone', false)
  .option('--fit', 'print the calibration that the odd-numbered queries give', false)
  .action(measureRetrieval);

program
  .command('bulk')
  .description(
    'A bulk update of every tenant, beside one hand-written UPDATE with INSERT … SELECT of history over the same rows',
  )
  .option('--tenants <n>', 'how many', parsePositive, 10_000)
  .option('--rounds <n>', 'how often they take turns', parsePositive, 5)
  .option('--configurations <n>', 'how many different configurations they have', parsePositive, 50)
  .action(benchmarkBulk);

program
  .command('cache-read')
  .description('A warm read, beside a bare Map of the same values, other caches and flag clients')
  .option('--tenants <n>', 'how many', parsePositive, 1_000)
  .option('--rounds <n>', 'how often they take turns', parsePositive, 7)
  .option('--milliseconds <n>', 'length of each measurement', parsePositive, 500)
  .action(measureCacheRead);

program
  .command('propagation')
  .description('A change until another process knows of it, beside a plain publish over the same Redis')
  .option('--rounds <n>', 'how many', parsePositive, 7)
  .option('--changes <n>', 'in each round, from cache to cache', parsePositive, 1_000)
  .option('--patches <n>', 'in each round, over HTTP', parsePositive, 100)
  .action(measurePropagation);

program
  .command('scale')
  .description('Reads, memory, start and catch-up by the number of tenants, on Postgres')
  .option('--tenants <list>', 'how many, with commas between', parsePositives, [100, 1_000, 10_000, 100_000])
  .option('--rounds <n>', 'how often reads take turns', parsePositive, 7)
  .option('--milliseconds <n>', 'length of each measurement of reads', parsePositive, 500)
  .action(measureScale);

program
  .command('query-overhead')
  .description('What a query costs beyond the model, beside the model asked directly and beside Portkey')
  .option('--rounds <n>', 'how often they take turns', parsePositive, 7)
  .option('--seconds <n>', 'length of each measurement', parsePositive, 3)
  .option('--connections <list>', 'how many ask at once, with commas between', parsePositives, [1, 64])
  .option('--model <list>', 'milliseconds that the model takes, with commas between', parseWholes, [0, 50])
  .option('--chunks <n>', 'of the tenant with documents', parsePositive, 5_000)
  .option('--dimensions <n>', "of the embeddings; the local embedder's are 512", parsePositive, 512)
  .action(measureQueryOverhead);

program
  .command('load')
  .description('More and more queries of 100 tenants on three replicas, until they no longer keep up')
  .option('--tenants <n>', 'how many, each with a configuration of its own', parsePositive, 100)
  .option('--chunks <n>', 'of each tenant', parsePositive, 50)
  .option('--model <ms>', 'what the model takes', parseWhole, 200)
  .option('--from <n>', 'offered first, in queries a second', parsePositive, 20)
  .option('--rise <percent>', 'by which each step offers more', parsePositive, 25)
  .option('--seconds <n>', 'length of each step', parsePositive, 6)
  .option('--dimensions <n>', "of the embeddings; the local embedder's are 512", parsePositive, 512)
  .action(load);

program
  .command('soak')
  .description(
    'Three replicas, a fault every 10 seconds, and a verdict on everything that was read and changed',
  )
  .option('--minutes <n>', 'how long', parsePositive, 10)
  .option('--tenants <n>', 'how many', parsePositive, 1_000)
  .option('--changes <n>', 'a second, over all tenants', parsePositive, 50)
  .option('--reads <n>', 'a second, at each replica and at the load balancer', parsePositive, 50)
  .action(soak);

program.command('bare-fastify', { hidden: true }).action(serveBareFastify);
program
  .command('worker', { hidden: true })
  .argument('<name>')
  .action((name: string) => workers.get(name)?.());

await program.parseAsync();

function parsePositive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.');
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
