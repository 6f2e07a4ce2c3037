import {
  type CachedVectorsStore,
  addTenants,
  openCachedVectorsStore,
} from '../../testing/retrieval/open-stores.js';
import { aDocumentsService } from '../../testing/documents/documents-service.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import type { Database } from '#database';
import type { DocumentsService } from '../documents/documents.service.js';
import { ChunkRepository } from './chunk.repository.js';
import { PostgresStore } from './postgres.store.js';
import type { SearchResult, SearchQuery } from './vector-store.js';

const embedder = new WordEmbedder();
const words = ['wing', 'heat', 'shock', 'body', 'slab', 'speed', 'load', 'angle'];

describe('VectorCache', () => {
  let database: Database;
  let store: CachedVectorsStore;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ database, store, close } = await openCachedVectorsStore());
    await addTenants(database, 'acme', 'other', 'many');
  });
  afterAll(() => close());

  const add = (tenant: string, id: string, text: string): Promise<unknown> =>
    documentsService().add(tenant, { id, title: id, text });
  const documentsService = (): DocumentsService => aDocumentsService({ database, store, embedder });

  async function aSearch(tenantId: string, question: string, depth = 5): Promise<SearchQuery> {
    const [vector] = await embedder.embed([question]);
    return { tenantId, question, language: 'auto', vector: vector!, embedder: embedder.id, depth };
  }

  /** The result of a store that compares in Postgres. */
  const searchInPostgres = (search: SearchQuery): Promise<SearchResult> =>
    new PostgresStore(database, new ChunkRepository(database)).search(search);

  const sorted = ({ candidates, ...rest }: SearchResult) => ({
    ...rest,
    candidates: candidates.toSorted(
      (a, b) => a.document_number - b.document_number || a.position - b.position,
    ),
  });

  it('returns bit for bit the results of Postgres, over several pages of vectors', async () => {
    const text = (number: number): string =>
      Array.from({ length: 5 }, (_, at) => words[(number * (at + 1) + at) % words.length]).join(' ');
    for (let number = 0; number < 6; number += 1)
      await add(
        'many',
        `page-${number}`,
        Array.from({ length: 4_000 }, (_, at) => `${text(at + number)}.`).join('\n\n'),
      );
    for (const [depth, question] of [
      [5, 'wing load'],
      [40, 'heat of the slab'],
      [10_000, 'angle'],
    ] as const) {
      const search = await aSearch('many', question, depth);
      const before = store.observedCache.hits;
      expect(sorted(await store.search(search))).toEqual(sorted(await searchInPostgres(search)));
      expect(store.observedCache.hits).toBeGreaterThan(before);
    }
  });

  it('follows each change of the documents at once and serves only its tenant', async () => {
    const search = await aSearch('acme', 'wing');
    const countCandidates = async (): Promise<number> => (await store.search(search)).candidates.length;
    for (let number = 1; number <= 4; number += 1) {
      await add('acme', `doc-${number}`, 'The wing bends.');
      expect(await countCandidates()).toBe(number);
    }
    await documentsService().remove('acme', 'doc-2');
    expect(await countCandidates()).toBe(3);
    await add('acme', 'doc-3', 'The slab is hot.');
    expect(sorted(await store.search(search))).toEqual(sorted(await searchInPostgres(search)));
    expect((await store.search(await aSearch('other', 'wing'))).candidates).toEqual([]);
  });

  it('returns nothing for another embedder or for vectors of another length', async () => {
    const search = await aSearch('acme', 'wing');
    await store.search(search);
    const others = [
      { ...search, embedder: 'test:other' },
      { ...search, vector: search.vector!.slice(0, 10) },
    ];
    for (const other of others) expect((await store.search(other)).compared).toBe(0);
    expect((await store.search(search)).compared).toBe(3);
  });
});
