import { type Database, openDatabase } from '#database';
import { type TestDatabase, createTestDatabase, waitFor } from '#testing';
import { aDocumentsService } from '../../testing/documents/documents-service.js';
import { addTenants } from '../../testing/retrieval/open-stores.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from '../retrieval/chunk.repository.js';
import { PostgresStore } from '../retrieval/postgres.store.js';

/** Saves nothing before the gate opens. */
class GatedStore extends PostgresStore {
  readonly gate = Promise.withResolvers<void>();

  override async put(...parameters: Parameters<PostgresStore['put']>): Promise<void> {
    await this.gate.promise;
    return super.put(...parameters);
  }
}

describe('DocumentsService', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
    await addTenants(database, 'noisy', 'quiet');
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it('DocumentsService saves one document of a tenant at a time, on one connection, and those of another tenant meanwhile', async () => {
    const store = new GatedStore(database, new ChunkRepository(database));
    const documents = aDocumentsService({ database, store, embedder: new WordEmbedder() });
    const add = (tenantId: string, id: string) =>
      documents.add(tenantId, { id, title: id, text: 'Rights end on breach.' });
    const isSaving = (running: number, waiting: number) => () => {
      const { size } = documents.queues.saving;
      const { inUse } = database.transactions.pool;
      return size.running === running && size.waiting === waiting && inUse === running;
    };
    const adding = ['a', 'b', 'c', 'd', 'e'].map((id) => add('noisy', id));
    await waitFor(isSaving(1, 4), { what: 'one document is being saved, and four wait' });
    adding.push(add('quiet', 'a'));
    await waitFor(isSaving(2, 4), { what: 'the document of the other tenant is being saved, too' });
    store.gate.resolve();
    const added = await Promise.all(adding);
    expect(added.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'created'));
    expect(documents.queues.saving.size).toEqual({ running: 0, waiting: 0 });
  });
});
