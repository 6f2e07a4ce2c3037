import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigReader } from '#config';
import { Database } from '#database';
import { TenantsService } from '#tenancy';
import { type TestDatabase, createTestDatabase } from '#testing';
import { DocumentsService } from '../documents/documents.service.js';
import { DemoStartupService } from './demo-startup.service.js';
import { RagAppModule } from '../../testing/rag-app.js';
import { type DemoTenant, demoTenants } from './demo-tenants.js';

const system = { actor: 'system', role: 'system' };

/** The smaller demo tenant with one document, so that little is embedded. */
function aDemoTenant(tenantId: string): DemoTenant {
  const { documents, ...support } = demoTenants[1]!;
  return { ...support, tenant_id: tenantId, documents: documents.slice(0, 1) };
}

describe('DemoStartupService', () => {
  let folder: string;
  let server: TestDatabase;
  let one: INestApplicationContext;
  let other: INestApplicationContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-demo-'));
    server = await createTestDatabase();
    [one, other] = await Promise.all([start(), start()]);
  });

  afterAll(async () => {
    await Promise.all([one, other].map((app) => app.close()));
    await server.drop();
    await rm(folder, { recursive: true });
  });

  /** A replica without a demo of its own; each call of `seed` stands for a start. */
  function start(): Promise<INestApplicationContext> {
    const variables = { DATABASE_URL: server.url, DATA_DIR: join(folder, 'data'), ATTUNE_DEMO: 'false' };
    return NestFactory.createApplicationContext(RagAppModule.withVariables(variables), {
      logger: false,
      abortOnError: false,
    });
  }

  function seed(tenant: DemoTenant, app = one): Promise<string[]> {
    return app.get(DemoStartupService).seed([tenant]);
  }

  async function stateOf(tenantId: string): Promise<unknown> {
    const database = one.get(Database);
    const documents = await database.readAsTenant(tenantId, () =>
      database.query<{ doc_id: string }>('SELECT doc_id FROM documents ORDER BY doc_id'),
    );
    const { version, settings } = await one.get(ConfigReader).current(tenantId);
    const { model_name: model, retrieval_top_k: topK } = settings;
    return { documents: documents.map(({ doc_id: id }) => id), version, model, topK };
  }

  const complete = {
    documents: ['getting-started'],
    version: 2,
    model: 'gpt-3.5-turbo',
    topK: 3,
  };
  const file = () => join(folder, 'data', 'demo-keys.json');

  it('creates a tenant with documents, settings and a key file that only its owner can read', async () => {
    const lines = await seed(aDemoTenant('first'));
    expect(lines.map((line) => line.replace(/atn_\w+$/, 'KEY'))).toEqual([
      'demo-key first member KEY',
      'demo-key first tenant_admin KEY',
    ]);
    expect(await stateOf('first')).toEqual(complete);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      first: { member: lines[0]!.split(' ')[3], tenant_admin: lines[1]!.split(' ')[3] },
    });
  });

  it('creates a tenant once when two replicas start together', async () => {
    const tenant = aDemoTenant('together');
    const [lines, same] = await Promise.all([seed(tenant, one), seed(tenant, other)]);
    expect(same).toEqual(lines);
    expect(await stateOf('together')).toEqual(complete);
  });

  it('shows the same keys at the next start and keeps the changes of admins', async () => {
    const tenant = aDemoTenant('changed');
    const lines = await seed(tenant);
    await one.get(DocumentsService).remove('changed', 'getting-started');
    expect(await seed(tenant, other)).toEqual(lines);
    expect(await stateOf('changed')).toEqual({ ...complete, documents: [] });
  });

  it('completes a tenant that an interrupted start left incomplete', async () => {
    const { tenant_id, name, plan } = aDemoTenant('interrupted');
    await one.get(TenantsService).create({ tenant_id, name, plan }, system);
    await seed(aDemoTenant('interrupted'));
    expect(await stateOf('interrupted')).toEqual(complete);
  });

  it('issues new keys for revoked ones and when the key file is damaged', async () => {
    const tenant = aDemoTenant('keys');
    const [member, admin] = await seed(tenant);
    const database = one.get(Database);
    const revoked = member!.split('_')[1];
    await database.asPlatform('keys', () => database.query('DELETE FROM api_keys WHERE id = $1', [revoked]));
    const [newMember, sameAdmin] = await seed(tenant);
    expect(newMember).not.toBe(member);
    expect(sameAdmin).toBe(admin);
    await writeFile(file(), '{"keys": {"mem');
    expect(await seed(tenant)).not.toContain(admin);
  });

  it('does not create a tenant again that an admin deleted', async () => {
    await seed(aDemoTenant('deleted'));
    await one.get(TenantsService).delete('deleted', system);
    expect(await seed(aDemoTenant('deleted'))).toEqual([]);
  });

  it('shows the keys of a tenant that cannot be completed', async () => {
    const tenant = { ...aDemoTenant('unfinished'), settings: { model_name: 'no such model' }, documents: [] };
    expect(await seed(tenant)).toHaveLength(2);
    expect(await stateOf('unfinished')).toMatchObject({ version: 1 });
  });
});
