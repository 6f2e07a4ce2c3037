import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { serveBareFastify } from './bare-fastify.js';
import { configRead } from './config-read.js';

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

program.command('bare-fastify', { hidden: true }).action(serveBareFastify);

await program.parseAsync();

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return number;
}
