import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApiClient, type Replica, freePort, startReplica, waitFor } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { createTenant, useTestApp } from '../../app/test-app.js';

const metricsToken = 'a-token-for-prometheus';
const app = useTestApp('tenant', { CONFIG_CHANGES_PER_HOUR: '2', METRICS_TOKEN: metricsToken });

async function readMetric(name: string): Promise<number | null> {
  const { body } = await app.platform.get<string>('/metrics');
  const line = body.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? null : Number(line.split(' ').at(-1));
}

describe('/metrics', () => {
  it('GET /metrics accepts a platform credential and METRICS_TOKEN, and refuses every other credential', async () => {
    expect((await app.platform.as(metricsToken).get('/metrics')).status).toBe(200);
    expectProblem(await app.platform.as(null).get('/metrics'), 401, 'unauthenticated');
    expectProblem(await app.platform.as(`${metricsToken}x`).get('/metrics'), 401, 'unauthenticated');
    expectProblem(await app.platform.as(metricsToken).get('/v1/platform/tenants'), 401, 'unauthenticated');
    const { admin } = await createTenant(app.platform, 'curious');
    expectProblem(await admin.get('/metrics'), 403, 'forbidden');
  });

  it("GET /metrics answers in Prometheus' format", async () => {
    const { status, headers, body } = await app.platform.get<string>('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect(body).toMatch(/^process_cpu_seconds_total /m);
    expect(body).toMatch(/^# HELP config_updates_total \S/m);
    expect(body).toMatch(/^# TYPE config_validation_errors_total counter$/m);
    expect((await app.platform.get('/metrics?name=x')).status).toBe(200);
    expectProblem(await app.platform.post('/metrics', {}), 405, 'method-not-allowed');
  });

  it('counts versions, errors and refusals of each tenant', async () => {
    const { admin } = await createTenant(app.platform, 'counted');
    await admin.patch('/v1/config', { temperature: 0.1 });
    await admin.patch('/v1/config', { temperature: 9 });
    await admin.patch('/v1/config', { temperature: 0.1 });
    await app.platform.patch('/v1/platform/tenants/counted/config', { max_documents: 200 });
    await admin.patch('/v1/config', { temperature: 0.2 });
    expectProblem(await admin.patch('/v1/config', { temperature: 0.3 }), 429, 'rate-limited');
    // Its first version, two of its own, one of the platform.
    expect(await readMetric('config_updates_total{tenant_id="counted"}')).toBe(4);
    expect(await readMetric('config_validation_errors_total{tenant_id="counted"}')).toBe(1);
    expect(await readMetric('config_limit_refusals_total{tenant_id="counted",limit="changes"}')).toBe(1);
  });

  describe('the management port', () => {
    let replica: Replica;
    let management: ApiClient;

    beforeAll(async () => {
      const port = await freePort();
      replica = await startReplica({
        env: { DATABASE_URL: app.database.url, MANAGEMENT_PORT: String(port) },
      });
      management = new ApiClient(`http://127.0.0.1:${port}`);
    });
    afterAll(() => replica.stop());

    it('serves the metrics, and the main port does not', async () => {
      expectProblem(await replica.api.get('/metrics'), 404, 'not-found');
      expect(await management.get('/metrics')).toMatchObject({
        status: 200,
        body: expect.stringContaining('process_cpu_seconds_total') as string,
      });
    });

    it('serves health and metrics, and nothing else', async () => {
      expect(await management.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect(await management.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect((await replica.api.get('/health/ready')).status).toBe(200);
      const elsewhere = ['/', '/v1/config', '/openapi.json', '/health', '/health/../v1/config', '/metrics/x'];
      for (const path of elsewhere) expect([path, (await management.get(path)).status]).toEqual([path, 404]);
      expect((await management.post('/metrics', {})).status).toBe(404);
    });

    it('reports until the end that the replica drains, while running requests complete', async () => {
      const port = await freePort();
      const leaving = await startReplica({
        env: { DATABASE_URL: app.database.url, MANAGEMENT_PORT: String(port) },
      });
      const watcher = new ApiClient(`http://127.0.0.1:${port}`);
      const { hostname, port: main } = new URL(leaving.url);
      const slow = connect({ host: hostname, port: Number(main) });
      const head = [
        'POST /v1/platform/tenants HTTP/1.1',
        'Host: x',
        `Authorization: Bearer ${leaving.platformKey}`,
        'Content-Type: application/json',
        'Content-Length: 2',
      ];
      slow.write(`${head.join('\r\n')}\r\n\r\n{`);
      await once(slow, 'connect');
      const ended = leaving.stop();
      const drains = {
        status: 503,
        body: { type: '/problems/unavailable', detail: 'The replica is draining.' },
      };
      await waitFor(async () => (await watcher.get('/health/ready')).status === 503);
      const closing = Date.now() + 1_000;
      while (Date.now() < closing) {
        expect(await watcher.get('/health/ready')).toMatchObject(drains);
        expect(await watcher.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
        expect((await watcher.get('/metrics')).status).toBe(200);
      }
      slow.write('}');
      expect(await text(slow)).toMatch(/^HTTP\/1.1 400 /);
      expect(await ended).toBe(0);
    });
  });
});
