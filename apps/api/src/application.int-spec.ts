import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics } from '#telemetry';
import { ApiClient, type TestDatabase, createTestDatabase } from '#testing';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { createApplication } from './application.js';
import { Readiness } from './http/health.controller.js';

const platformKey = `atn_${'a'.repeat(12)}_${'b'.repeat(48)}`;

interface CreatedTenantResponse {
  readonly admin_key: { readonly key: string };
}

describe('createApplication', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let platform: ApiClient;
  let frameworkRequestCount = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createApplication({
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.migrationUrl,
      ATTUNE_PLATFORM_API_KEY: platformKey,
    });
    const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    server.addHook('onRequest', (_request, _reply, done) => {
      frameworkRequestCount += 1;
      done();
    });
    await app.listen(0, '127.0.0.1');
    platform = new ApiClient(await app.getUrl(), platformKey);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('GET /v1/config answers by the fast path until the configuration or the tenant changes', async () => {
    const tenant = { tenant_id: 'warm', name: 'Warm', plan: 'pro' };
    const { body } = await platform.post<CreatedTenantResponse>('/v1/platform/tenants', tenant);
    const admin = platform.as(body.admin_key.key);
    const temperature = async (): Promise<unknown> => {
      const answer = await admin.get<{ temperature: number }>('/v1/config');
      return [answer.status, answer.body.temperature];
    };
    await temperature();
    frameworkRequestCount = 0;
    expect([await temperature(), await temperature()]).toEqual([
      [200, 0.7],
      [200, 0.7],
    ]);
    expect(frameworkRequestCount).toBe(0);
    await admin.patch('/v1/config', { temperature: 0.2 });
    expect(await temperature()).toEqual([200, 0.2]);
    await platform.del('/v1/platform/tenants/warm');
    expect((await admin.get('/v1/config')).status).toBe(401);
    expect(frameworkRequestCount).toBeGreaterThan(0);
  });
});

describe('AppModule', () => {
  it('starts without HTTP, which the benchmark of retrieval needs', async () => {
    const database = await createTestDatabase();
    const variables = {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.migrationUrl,
      METRICS_TOKEN: 'm'.repeat(32),
    };
    const module = AppModule.withVariables(variables, new Readiness(), {
      metrics: new Metrics(),
      tracing: null,
    });
    const app = await NestFactory.createApplicationContext(module, {
      logger: ['error'],
      abortOnError: false,
    });
    await app.close();
    await database.drop();
  });
});
