import { Logger } from '@nestjs/common';
import type { Database } from '#database';
import { type OpenDatabase, testDatabases } from '#testing';
import { aDocumentsService } from '../../../testing/documents/documents-service.js';
import { MemoryStore, addTenants } from '../../../testing/retrieval/open-stores.js';
import { randomFrom } from '../../../testing/retrieval/synthetic-chunks.js';
import { WordEmbedder } from '../../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from '../chunk.repository.js';
import { PostgresStore } from '../postgres.store.js';
import type { SearchQuery, SearchResult } from '../vector-store.js';

const embedder = new WordEmbedder();
/** In several languages, with identifiers, and with forms of one word. */
const words =
  'wing wings heat heated shock Körper Straße 東京 part-no AB-12/3 C++ the of load angle 1,234.5'.split(' ');

describe.each(testDatabases)('MemoryCorpus of %s', (_name, open) => {
  let opened: OpenDatabase;
  let database: Database;
  let store: MemoryStore;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await open();
    database = opened.database;
    store = new MemoryStore(database);
    await addTenants(database, 'acme', 'other', 'many', 'empty', 'twins');
  });
  afterAll(() => opened.close());

  const documents = () => aDocumentsService({ database, store, embedder });

  const add = (tenant: string, id: string, text: string): Promise<unknown> =>
    documents().add(tenant, { id, title: id, text });

  async function aSearch(tenantId: string, question: string, depth = 5): Promise<SearchQuery> {
    const [vector] = await embedder.embed([question]);
    return { tenantId, question, language: 'auto', vector: vector!, embedder: embedder.id, depth };
  }

  const sorted = ({ candidates, ...rest }: SearchResult) => ({
    ...rest,
    candidates: candidates.toSorted(
      (a, b) => a.document_number - b.document_number || a.position - b.position,
    ),
  });

  /** The same candidates, with the same scores to the last digit. */
  async function expectSameAsDatabase(search: SearchQuery): Promise<void> {
    const inDatabase = new PostgresStore(database, new ChunkRepository(database));
    expect(sorted(await store.search(search))).toEqual(sorted(await inDatabase.search(search)));
  }

  it('a search returns bit for bit what the database does, whatever was added, replaced and removed', async () => {
    const random = randomFrom(11);
    const pick = () => words[Math.floor(random() * words.length)]!;
    const paragraph = () => `${Array.from({ length: 12 }, pick).join(' ')}.`;
    for (let round = 0; round < 4; round += 1) {
      for (let number = 0; number < 5; number += 1) {
        const text = Array.from({ length: 1 + Math.floor(random() * 60) }, paragraph).join('\n\n');
        await add('many', `doc-${Math.floor(random() * 8)}`, text);
      }
      await documents()
        .remove('many', `doc-${Math.floor(random() * 8)}`)
        .catch(() => undefined);
      for (const depth of [1, 7, 1_000]) {
        const search = await aSearch('many', `${pick()} ${pick()} ${pick()} ${pick()}`, depth);
        await expectSameAsDatabase(search);
        await expectSameAsDatabase({ ...search, vector: null });
      }
    }
  });

  it('a search breaks ties as the database does', async () => {
    for (let number = 0; number < 12; number += 1)
      await add('twins', `doc-${(number * 5) % 12}`, number % 3 === 0 ? 'The wing bends.' : 'A shock wave.');
    for (const depth of [1, 3, 5, 100])
      await expectSameAsDatabase(await aSearch('twins', 'wing shock', depth));
  });

  it('a search follows each change of the documents, and finds nothing of other tenants', async () => {
    for (let number = 1; number <= 4; number += 1) {
      await add('acme', `doc-${number}`, 'The wing bends.');
      await expectSameAsDatabase(await aSearch('acme', 'wing'));
    }
    await documents().remove('acme', 'doc-2');
    await expectSameAsDatabase(await aSearch('acme', 'wing'));
    await add('acme', 'doc-3', 'The slab is hot.');
    await expectSameAsDatabase(await aSearch('acme', 'wing'));
    await add('other', 'doc-1', 'Nothing.');
    const { candidates } = await store.search({ ...(await aSearch('other', 'wing')), vector: null });
    expect(candidates).toEqual([]);
  });

  it('a search returns nothing for a tenant that never had a document', async () => {
    const result = await store.search(await aSearch('empty', 'wing'));
    expect(result).toMatchObject({ candidates: [], chunks: 0, compared: 0, failure: null });
  });

  it('a search compares no vectors of another embedder or of another length', async () => {
    const search = await aSearch('acme', 'wing');
    for (const other of [
      { ...search, embedder: 'test:other' },
      { ...search, vector: search.vector!.slice(0, 10) },
    ])
      expect((await store.search(other)).compared).toBe(0);
    expect((await store.search(search)).compared).toBe(3);
  });
});
