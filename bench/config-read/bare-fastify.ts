import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { PreparedResponse } from '../servers.js';

/** The yardstick of `config-read`: Fastify with a route that only sends prepared responses in turn. */
export async function serveBareFastify(): Promise<void> {
  const answers = JSON.parse(process.env['BENCH_ANSWERS'] ?? '') as PreparedResponse[];
  let requestCount = 0;
  const server = fastify({ logger: false });
  if (process.env['BENCH_LOG'] === 'logging') logResponses(server);
  server.get('/v1/config', (_request, reply) => {
    const { headers, body } = answers[requestCount % answers.length]!;
    requestCount += 1;
    return reply.headers(headers).send(body);
  });
  server.get('/health/ready', () => 'ready');
  process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
  await server.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
}

/** Writes a log line for each response, like the product. */
function logResponses(server: FastifyInstance): void {
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
  server.addHook('onResponse', ({ id, method, routeOptions }, reply, done) => {
    log.info({
      request_id: id,
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: reply.elapsedTime,
    });
    done();
  });
}
