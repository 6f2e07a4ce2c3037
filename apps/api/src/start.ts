import 'reflect-metadata';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Database } from '#database';
import { StartupNotices } from '#http';
import { type Variables, readSecretFiles } from '#kernel';
import { RagConfig, ragConfig } from '#rag';
import { RedisConfig, redisConfig } from '#redis';
import { Metrics } from '#telemetry';
import { ApiConfig, apiConfig } from './configuration/api.config.js';
import { isSecretVariable, loadSections } from './configuration/load-sections.js';
import { createApplication } from './application.js';
import { freeStartMemory } from './free-start-memory.js';
import { startManagementServer } from './http/management-server.js';
import { Readiness } from './http/health.controller.js';
import { shutDownOnSignals } from './shutdown.js';
import { formatDemoMessage, formatNotices, lastingNotices } from './demo-message.js';

/** Starts the service with these environment variables. A start that fails says why on stderr and ends the process with code 1. */
export async function start(variables: Variables): Promise<void> {
  try {
    const environment = withSecretFiles(variables);
    // Says every error of the environment at once.
    loadSections(environment);
    await assertPortIsFree(new ApiConfig(environment).port);
    const app = await createApplication(environment);
    await listen(app).catch((error: unknown) => {
      // The work of a start that is interrupted fails, which is no error of its own.
      if (app.get(Readiness).state !== 'draining') throw error;
    });
  } catch (error) {
    exitWithError(error);
  }
}

function withSecretFiles(variables: Variables): Variables {
  return readSecretFiles(variables, {
    isSecret: (name) => isSecretVariable(name, variables),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
}

/** Without the demo, stdout has only the log, one JSON object a line. Lines for people go to stderr. */
async function listen(app: NestFastifyApplication): Promise<void> {
  const { port, managementPort } = app.get<ApiConfig>(apiConfig.KEY);
  shutDownOnSignals(app, exitWithError);
  // A first key is shown only once, so an interrupted start must show it too.
  process.once('exit', () =>
    writeLines(process.stderr, lastingNotices(app.get(StartupNotices).takePending(() => undefined))),
  );
  app.get(Metrics).collectProcessMetrics();
  await app.init();
  freeStartMemory();
  // Without a host, Node takes every address of the machine: IPv6 and IPv4, or IPv4 alone where there is no IPv6.
  await app.listen({ port, host: '' });
  if (managementPort !== null) await startManagementServer(app, managementPort);
  markStartedWhenUseful(app);
  const address = app.getHttpServer().address() as { port: number };
  const url = `http://localhost:${address.port}`;
  new Logger('api').log(`Attune listens on ${url}`);
  const { demo: isDemo } = app.get<RagConfig>(ragConfig.KEY);
  const print = (lines: readonly string[]): void =>
    writeLines(isDemo ? process.stdout : process.stderr, lines);
  const notices = app.get(StartupNotices).takePending(print);
  print(isDemo ? formatDemoMessage(url, notices) : formatNotices(url, notices));
}

/** Until the first connection to the database, only copies in Redis can answer requests. Without Redis, every request would fail. */
function markStartedWhenUseful(app: INestApplicationContext): void {
  const readiness = app.get(Readiness);
  const { availability } = app.get(Database);
  const hasCopies = app.get<RedisConfig>(redisConfig.KEY).redisUrl !== null;
  if (availability.isAvailable || hasCopies) readiness.markStarted();
  else availability.onChange((isAvailable) => isAvailable && readiness.markStarted());
}

/** Making the database and adding the demo's documents take a while, so a port that is taken is found before. @throws Error `EADDRINUSE` */
async function assertPortIsFree(port: number): Promise<void> {
  const server = createServer().listen(port);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

function writeLines(output: NodeJS.WritableStream, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(''));
}

function exitWithError(error: unknown): never {
  process.stderr.write(`attune: ${describeError(error)}\n`);
  process.exit(1);
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `port ${port} is in use; stop the process that listens there, or set PORT to another port.`;
  return error.message || String(code ?? error);
}
