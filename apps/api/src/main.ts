import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StartupNotices } from '#http';
import { Environment } from '#kernel';
import { Metrics } from '#telemetry';
import { createApplication } from './application.js';
import { listenForManagement } from './management.js';
import { Readiness } from './readiness.js';
import { startMessage } from './start-message.js';

/** Beyond the longest query: for jobs to stop, for draining, for what still arrives and leaves, and for closing. */
const graceMs = 20_000;

async function start(): Promise<void> {
  const app = await createApplication(process.env);
  const { port, managementPort } = app.get(Environment);
  endOnSignals(app);
  app.get(Metrics).watchProcess();
  await app.listen(port, '0.0.0.0');
  if (managementPort !== null) await listenForManagement(app, managementPort);
  app.get(Readiness).state = 'ready';
  const address = app.getHttpServer().address() as { port: number };
  const notices = app.get(StartupNotices).take((lines) => print(`${lines.join('\n')}\n`));
  print(startMessage(`http://localhost:${address.port}`, notices));
}

function print(text: string): void {
  process.stdout.write(text);
}

/** In which connections that a load balancer keeps alive end by their next answer, rather than under its next request. */
const drainMs = 500;

/** Readiness falls first, requests under way end, then everything closes; a second signal does not wait. */
function endOnSignals(app: NestFastifyApplication): void {
  let since = 0;
  const end = (): void => {
    // Under `npm start`, Ctrl-C arrives twice at the same moment.
    if (since > 0 && Date.now() - since > 500) process.exit(1);
    if (since > 0) return;
    since = Date.now();
    app.get(Readiness).state = 'draining';
    setTimeout(() => process.exit(1), app.get(Environment).queryDeadlineMs + graceMs).unref();
    pause(drainMs)
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function fail(error: unknown): never {
  process.stderr.write(`attune: ${messageOf(error)}\n`);
  process.exit(1);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is in use; stop what listens there, or set PORT.`;
  return error.message || String(code ?? error);
}

start().catch(fail);
