import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { serveBareFastify } from './bare-fastify.js';
import { bulk } from './bulk.js';
import { configRead } from './config-read.js';
import { measureRetrieval } from './retrieval.js';

/** Each benchmark is a command: `npm run bench -- <name>`. */
const program = new Command('bench').description(
  "Attune's benchmarks. They print ratios where speed depends on the machine.",
);

program
  .command('config-read')
  .description(
    'GET /v1/config with a JWT and with an API key, beside a bare Fastify that sends the same bytes',
  )
  .option('--rounds <n>', 'how often they take turns', positive, 5)
  .option('--seconds <n>', 'length of each measurement', positive, 3)
  .option('--connections <n>', 'kept alive, each with one request at a time', positive, 50)
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
  .option('--tenants <n>', 'how many other tenants', positive, 50)
  .option('--stores', 'compare with a second store, a local Pinecone', false)
  .option('--fit', 'print the calibration that the odd-numbered queries give', false)
  .action(measureRetrieval);

program
  .command('bulk')
  .description(
    'A bulk update of every tenant, beside one hand-written UPDATE with INSERT … SELECT of history over the same rows',
  )
  .option('--tenants <n>', 'how many', positive, 10_000)
  .option('--rounds <n>', 'how often they take turns', positive, 5)
  .option('--configurations <n>', 'how many different configurations they have', positive, 50)
  .action(bulk);

program.command('bare-fastify', { hidden: true }).action(serveBareFastify);

await program.parseAsync();

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return number;
}
