import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StartupNotices } from '#http';
import { Environment } from '#kernel';
import { Metrics } from '#telemetry';
import { createApplication } from './application.js';
import { startManagementServer } from './management-server.js';
import { Readiness } from './readiness.js';
import { formatStartupMessage } from './startup-message.js';

/** Beyond the longest query: for jobs to stop, for draining, for what still arrives and leaves, and for closing. */
const shutdownGraceMs = 20_000;

async function start(): Promise<void> {
  const app = await createApplication(process.env);
  const { port, managementPort } = app.get(Environment);
  shutDownOnSignals(app);
  app.get(Metrics).collectProcessMetrics();
  await app.listen(port, '0.0.0.0');
  if (managementPort !== null) await startManagementServer(app, managementPort);
  app.get(Readiness).state = 'ready';
  const address = app.getHttpServer().address() as { port: number };
  const notices = app.get(StartupNotices).takePending((lines) => print(`${lines.join('\n')}\n`));
  print(formatStartupMessage(`http://localhost:${address.port}`, notices));
}

function print(text: string): void {
  process.stdout.write(text);
}

/** In which connections that a load balancer keeps alive end by their next answer, rather than under its next request. */
const drainDelayMs = 500;

/** Readiness falls first, requests under way end, then everything closes; a second signal does not wait. */
function shutDownOnSignals(app: NestFastifyApplication): void {
  let shutdownStartedAt = 0;
  const shutDown = (): void => {
    // Under `npm start`, Ctrl-C arrives twice at the same moment.
    if (shutdownStartedAt > 0 && Date.now() - shutdownStartedAt > 500) process.exit(1);
    if (shutdownStartedAt > 0) return;
    shutdownStartedAt = Date.now();
    app.get(Readiness).state = 'draining';
    setTimeout(() => process.exit(1), app.get(Environment).queryDeadlineMs + shutdownGraceMs).unref();
    pause(drainDelayMs)
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => exitWithError(error),
      );
  };
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
}

function exitWithError(error: unknown): never {
  process.stderr.write(`attune: ${describeError(error)}\n`);
  process.exit(1);
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is in use; stop what listens there, or set PORT.`;
  return error.message || String(code ?? error);
}

start().catch(exitWithError);
