import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics } from '#telemetry';

const healthPaths = ['/health/live', '/health/ready'];

/**
 * A second listener, for those who watch the product and not for those who use it: metrics, and health as the main port
 * tells it. It answers until the very end of a shutdown, so that a draining replica is seen to drain.
 */
export async function listenForManagement(app: NestFastifyApplication, port: number): Promise<Server> {
  const server = createServer(({ method, url = '' }, response) => {
    const path = url.split('?')[0]!;
    answer(app, method === 'GET' ? path : '', response).catch(() => response.writeHead(500).end());
  });
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  return server;
}

async function answer(app: NestFastifyApplication, path: string, response: ServerResponse): Promise<void> {
  if (path === '/metrics') return showMetrics(app.get(Metrics), response);
  if (!healthPaths.includes(path)) return void response.writeHead(404).end();
  const { statusCode, headers, payload } = await app.inject({ method: 'GET', url: path });
  const type = headers['content-type'] ?? 'application/json';
  response.writeHead(statusCode, { 'content-type': type, 'cache-control': 'no-store' }).end(payload);
}

async function showMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text();
  response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text);
}
