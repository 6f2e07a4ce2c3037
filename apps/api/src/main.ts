import 'reflect-metadata';
import { StartupNotices } from '#http';
import { Metrics } from '#telemetry';
import { type ApiConfig, apiConfig } from './configuration/api.config.js';
import { createApplication } from './application.js';
import { startManagementServer } from './management-server.js';
import { Readiness } from './health.controller.js';
import { shutDownOnSignals } from './shutdown.js';
import { formatStartupMessage } from './startup-message.js';

async function start(): Promise<void> {
  const app = await createApplication(process.env);
  const { port, managementPort } = app.get<ApiConfig>(apiConfig.KEY);
  shutDownOnSignals(app, exitWithError);
  app.get(Metrics).collectProcessMetrics();
  await app.listen(port, '0.0.0.0');
  if (managementPort !== null) await startManagementServer(app, managementPort);
  app.get(Readiness).markStarted();
  const address = app.getHttpServer().address() as { port: number };
  const notices = app.get(StartupNotices).takePending((lines) => print(`${lines.join('\n')}\n`));
  print(formatStartupMessage(`http://localhost:${address.port}`, notices));
}

function print(text: string): void {
  process.stdout.write(text);
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

start().catch(exitWithError);
