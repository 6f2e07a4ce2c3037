import type { Database } from '#database';
import { type OpenDatabase, testDatabases } from '#testing';
import { aDocumentsService } from '../../testing/documents/documents-service.js';
import { addTenants } from '../../testing/retrieval/open-stores.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from '../retrieval/chunk.repository.js';
import type { CorpusEntity } from '../retrieval/corpus.entity.js';
import { PostgresStore } from '../retrieval/postgres.store.js';
import type { DocumentsService } from './documents.service.js';

describe.each(testDatabases)('the version of a corpus on %s', (_name, open) => {
  let opened: OpenDatabase;
  let database: Database;
  let documents: DocumentsService;
  let tenants = 0;
  let tenant = '';

  beforeAll(async () => {
    opened = await open();
    database = opened.database;
    const store = new PostgresStore(database, new ChunkRepository(database));
    documents = aDocumentsService({ database, store, embedder: new WordEmbedder(), maxDocuments: () => 100 });
  });
  afterAll(() => opened.close());

  beforeEach(async () => {
    tenant = `tenant-${(tenants += 1)}`;
    await addTenants(database, tenant);
  });

  /** null if the tenant has no corpus. */
  async function version(tenantId = tenant): Promise<number | null> {
    const sql = 'SELECT version::float8 AS version FROM corpora';
    const work = () => database.query<Pick<CorpusEntity, 'version'>>(sql);
    const [corpus] = await database.readAsTenant(tenantId, work);
    return corpus?.version ?? null;
  }

  const add = (fields: object = {}) =>
    documents.add(tenant, { id: 'terms', title: 'Terms', text: 'Rights end on breach.', ...fields });

  const run = (sql: string) => database.asTenant(tenant, () => database.query(sql));

  async function expectToRise(change: () => Promise<unknown>): Promise<void> {
    const before = (await version())!;
    await change();
    expect(await version()).toBeGreaterThan(before);
  }

  it('the version rises when a document is added, replaced or removed, and not when an identical one is added', async () => {
    expect(await version()).toBeNull();
    await add();
    await expectToRise(() => add({ id: 'other' }));
    await expectToRise(() => add({ text: 'Rights end on notice.' }));
    await expectToRise(() => add({ text: 'Rights end on notice.', metadata: { year: 2026 } }));
    const before = await version();
    await add({ text: 'Rights end on notice.', metadata: { year: 2026 } });
    expect(await version()).toBe(before);
    await expectToRise(() => documents.remove(tenant, 'terms'));
  });

  it.each([
    `UPDATE documents SET title = 'Conditions'`,
    'DELETE FROM documents',
    'DELETE FROM chunks',
    'UPDATE corpora SET terms = terms',
  ])('the version rises with the statement %s', async (sql) => {
    await add();
    await expectToRise(() => run(sql));
  });

  it('the version stays when the change is rolled back, or is of another tenant', async () => {
    await add();
    const [before, owner] = [await version(), tenant];
    const undone = database.asTenant(tenant, async () => {
      await database.query('DELETE FROM documents');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    tenant = `${owner}-b`;
    await addTenants(database, tenant);
    await add();
    expect(await version(owner)).toBe(before);
  });

  it('a tenant with documents can be deleted', async () => {
    await add();
    const sql = 'SELECT attune_delete_tenant($1) AS gone';
    const remove = () => database.query(sql, [tenant]);
    await expect(database.asPlatform(tenant, remove)).resolves.toEqual([{ gone: true }]);
    expect(await version()).toBeNull();
  });
});
