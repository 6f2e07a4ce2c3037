import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { toProblem } from '#http';
import { randomHex } from '#kernel';
import { Metrics, type Scrape } from '#telemetry';
import { HealthController } from './health.controller.js';

/**
 * Starts a second HTTP server for monitoring: metrics, and the same health checks as on the main port. It answers until the process
 * ends, so that monitoring sees a replica drain.
 */
export async function startManagementServer(app: NestFastifyApplication, port: number): Promise<Server> {
  const server = createServer(({ method, url = '', headers: { accept } }, response) => {
    const path = method === 'GET' ? url.split('?')[0]! : '';
    handleRequest(app, { path, accept }, response).catch(() => response.writeHead(500).end());
  });
  server.listen(port);
  await once(server, 'listening');
  return server;
}

interface ManagementRequest {
  /** Empty for other methods than GET. */
  readonly path: string;
  readonly accept: string | undefined;
}

async function handleRequest(
  app: NestFastifyApplication,
  { path, accept }: ManagementRequest,
  response: ServerResponse,
): Promise<void> {
  const health = app.get(HealthController);
  if (path === '/metrics') return sendScrape(await app.get(Metrics).scrape(accept), response);
  if (path === '/health/live') return sendHealth(() => health.live(), response);
  if (path === '/health/ready') return sendHealth(() => health.ready(), response);
  response.writeHead(404).end();
}

/** Calls the check directly. A request to the main port would fail during a shutdown, when that port accepts no connections. */
async function sendHealth(check: () => object | Promise<object>, response: ServerResponse): Promise<void> {
  const send = (status: number, type: string, body: object): void =>
    void response
      .writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
      .end(JSON.stringify(body));
  try {
    send(200, 'application/json', await check());
  } catch (error) {
    const { status, body } = toProblem(error, randomHex(6));
    send(status, 'application/problem+json', body);
  }
}

function sendScrape({ text, contentType }: Scrape, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
}
