import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CacheModule } from '#cache';
import { ConfigReader, ConfigurationModule } from '#config';
import { Database, DatabaseModule } from '#database';
import { HttpModule, StartupNotices } from '#http';
import { Environment } from '#kernel';
import { TenancyModule, TenantsService } from '#tenancy';
import { type TestDatabase, createTestDatabase } from '#testing';
import { DocumentsService } from '../documents/documents.service.js';
import { DemoModule } from './demo.module.js';

@Module({})
class Root {
  static withEnvironment(environment: Environment): DynamicModule {
    return {
      module: Root,
      global: true,
      imports: [DatabaseModule, CacheModule, HttpModule, TenancyModule, ConfigurationModule, DemoModule],
      providers: [{ provide: Environment, useValue: environment }],
      exports: [Environment],
    };
  }
}

describe('the demo', () => {
  let folder: string;
  let server: TestDatabase;
  const running: INestApplicationContext[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-demo-'));
    server = await createTestDatabase();
  });

  afterEach(() => Promise.all(running.splice(0).map((app) => app.close())));

  afterAll(async () => {
    await server.drop();
    await rm(folder, { recursive: true });
  });

  async function start(demo = 'true'): Promise<INestApplicationContext> {
    const variables = { DATABASE_URL: server.url, DATA_DIR: join(folder, 'data'), ATTUNE_DEMO: demo };
    const root = Root.withEnvironment(Environment.read(variables));
    const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
    running.push(app);
    return app;
  }

  const linesOf = (app: INestApplicationContext) =>
    app
      .get(StartupNotices)
      .lines()
      .filter((line) => line.startsWith('demo-key '));

  const countsOf = async (app: INestApplicationContext, tenantId: string) => {
    const database = app.get(Database);
    const [row] = await database.readAsTenant(tenantId, () =>
      database.query<{ count: number }>('SELECT count(*)::int AS count FROM documents'),
    );
    const { version, settings } = await app.get(ConfigReader).current(tenantId);
    return { documents: row!.count, version, model: settings.model_name, top_k: settings.retrieval_top_k };
  };

  const file = () => join(folder, 'data', 'demo-keys.json');

  it('makes nothing when it is off', async () => {
    const app = await start('false');
    expect(linesOf(app)).toEqual([]);
    await expect(app.get(TenantsService).get('acme-law')).rejects.toMatchObject({ slug: 'not-found' });
  });

  it('is made once by replicas that start together, with keys that only the owner can read', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(await countsOf(one, 'acme-law')).toEqual({ documents: 9, version: 2, model: 'gpt-4', top_k: 10 });
    expect(await countsOf(other, 'startup-support')).toEqual({
      documents: 4,
      version: 2,
      model: 'gpt-3.5-turbo',
      top_k: 3,
    });
    expect(linesOf(one).map((line) => line.replace(/atn_\w+$/, 'KEY'))).toEqual([
      'demo-key acme-law member KEY',
      'demo-key acme-law tenant_admin KEY',
      'demo-key startup-support member KEY',
      'demo-key startup-support tenant_admin KEY',
    ]);
    expect(linesOf(other)).toEqual(linesOf(one));
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('shows the same keys at the next start and leaves what its admins changed', async () => {
    const before = JSON.parse(await readFile(file(), 'utf8')) as Record<string, Record<string, string>>;
    const app = await start();
    expect(linesOf(app)[1]).toBe(`demo-key acme-law tenant_admin ${before['acme-law']!['tenant_admin']}`);
    await app.get(DocumentsService).remove('acme-law', 'gpl-2.0');
    expect(await countsOf(await start(), 'acme-law')).toMatchObject({ documents: 8, version: 2 });
  });

  it('makes new keys for those that are lost or revoked', async () => {
    const before = linesOf(await start());
    const database = running[0]!.get(Database);
    const id = before[0]!.split('_')[1]!;
    await database.asPlatform('acme-law', () => database.query('DELETE FROM api_keys WHERE id = $1', [id]));
    const revoked = linesOf(await start());
    expect(revoked[0]).not.toBe(before[0]);
    expect(revoked.slice(1)).toEqual(before.slice(1));
    await rm(file());
    const lost = linesOf(await start());
    expect(lost).toHaveLength(4);
    expect(revoked.filter((line) => lost.includes(line))).toEqual([]);
  });

  it('finishes a tenant that an interrupted start left behind, and starts without one that was deleted', async () => {
    const app = await start('false');
    const database = app.get(Database);
    await app.get(TenantsService).delete('startup-support', 'key:admin');
    await database.asPlatform('acme-law', () => database.query('DELETE FROM documents'));
    const next = await start();
    expect(linesOf(next).map((line) => line.split(' ')[1])).toEqual(['acme-law', 'acme-law']);
    expect(await countsOf(next, 'acme-law')).toMatchObject({ documents: 0, version: 2 });
  });
});
