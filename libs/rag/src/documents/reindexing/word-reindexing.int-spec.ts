import { Logger } from '@nestjs/common';
import type { ConfigReader } from '#config';
import { type Database, JobQueue, allTenants } from '#database';
import { testDatabases, waitFor } from '#testing';
import { aDocumentsService } from '../../../testing/documents/documents-service.js';
import {
  addAsPreviousRelease,
  removeAsPreviousRelease,
} from '../../../testing/documents/previous-release.js';
import { addTenants } from '../../../testing/retrieval/open-stores.js';
import { WordEmbedder } from '../../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from '../../retrieval/chunk.repository.js';
import { PostgresStore } from '../../retrieval/postgres.store.js';
import { Retriever } from '../../retrieval/retriever.js';
import { DocumentsRepository } from '../documents.repository.js';
import { WordIndexRepository } from './word-index.repository.js';
import { WordReindexingService } from './word-reindexing.service.js';

const never = new AbortController().signal;
const german = { id: 'vertrag', title: 'Vertrag', text: 'Die Kündigung der Verträge ist schriftlich.' };
const english = { id: 'terms', title: 'Terms', text: 'A tenant terminates the contract.' };

/** Stops after a number of batches, as a killed replica does. */
class InterruptedStore extends PostgresStore {
  batches = Infinity;

  override replaceWords(): Promise<void> {
    this.batches -= 1;
    return this.batches < 0 ? Promise.reject(new Error('killed')) : Promise.resolve();
  }
}

describe.each(testDatabases)('WordReindexingService on %s', (_name, open) => {
  let database: Database;
  let close: () => Promise<void>;
  let store: InterruptedStore;
  let queue: JobQueue;
  let service: WordReindexingService;
  let language = 'auto';
  let tenant = '';
  let tenants = 0;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    const opened = await open();
    ({ database } = opened);
    close = () => opened.close();
    store = new InterruptedStore(database, new ChunkRepository(database));
    queue = new JobQueue(database);
    const configurations = { current: () => Promise.resolve({ settings: { retrieval_language: language } }) };
    service = new WordReindexingService(
      database,
      new WordIndexRepository(database, new DocumentsRepository(database)),
      store,
      configurations as unknown as ConfigReader,
      queue,
    );
  });

  beforeEach(async () => {
    store.batches = Infinity;
    language = 'auto';
    tenant = `tenant-${(tenants += 1)}`;
    await addTenants(database, tenant);
  });

  afterAll(async () => {
    await queue.beforeApplicationShutdown();
    await close();
  });

  const documents = () => aDocumentsService({ database, store, embedder: new WordEmbedder() });
  const find = async (question: string): Promise<string[]> => {
    const input = { tenantId: tenant, question, topK: 10, alpha: 0 };
    const { chunks } = await new Retriever(store, new WordEmbedder()).retrieve(input);
    return chunks.map((chunk) => chunk.doc_id).toSorted();
  };
  const corpus = async () => {
    const sql = `SELECT analyser, chunks::int, indexed::int, length::int, languages,
      (SELECT coalesce(sum(length), 0)::int FROM chunks WHERE analyser = 1) AS counted FROM corpora`;
    const [row] = await database.readAsTenant(tenant, () => database.query<Record<string, unknown>>(sql));
    return row!;
  };

  it('finds by the words of Postgres until all words are new, also what is added meanwhile, then by the new ones', async () => {
    await addAsPreviousRelease(database, tenant, german);
    await documents().add(tenant, english);
    expect(await find('terminated contracts')).toEqual(['terms']);
    expect(await find('Verträge')).toEqual(['vertrag']);
    expect([await find('Verträgen'), await find('die')]).toEqual([[], ['vertrag']]);
    await service.reindex(tenant, never);
    expect(await corpus()).toMatchObject({ analyser: 1, chunks: 2, indexed: 2, languages: ['de', 'en'] });
    expect([await find('Verträgen'), await find('die')]).toEqual([['vertrag'], []]);
    expect(await find('terminated contracts')).toEqual(['terms']);
    const { length, counted } = await corpus();
    expect(length).toBe(counted);
  });

  it('a re-indexed corpus has the scores of a corpus that was new in this release', async () => {
    await addAsPreviousRelease(database, tenant, german);
    await addAsPreviousRelease(database, tenant, english);
    await service.reindex(tenant, never);
    const fresh = `${tenant}-fresh`;
    await addTenants(database, fresh);
    await documents().addAll(fresh, [german, english]);
    const search = { language: 'auto', vector: null, embedder: 'none', depth: 10 } as const;
    const question = 'Wessen Vertrag, whose contract?';
    const [old, made] = [
      await store.search({ ...search, tenantId: tenant, question }),
      await store.search({ ...search, tenantId: fresh, question }),
    ];
    expect(old).toEqual(made);
    expect(made.candidates).toHaveLength(2);
  });

  it('continues where a killed replica stopped, and searches no half of new words meanwhile', async () => {
    for (let number = 0; number < 45; number += 1)
      await addAsPreviousRelease(database, tenant, { ...german, id: `vertrag-${number}` });
    store.batches = 1;
    await expect(service.reindex(tenant, never)).rejects.toThrow('killed');
    expect(await corpus()).toMatchObject({ analyser: 0, indexed: 20 });
    expect([(await find('Verträge')).length, await find('Verträgen')]).toEqual([10, []]);
    store.batches = 2;
    await service.reindex(tenant, never);
    expect(await corpus()).toMatchObject({ analyser: 1, indexed: 45 });
    expect(await find('Verträgen')).toHaveLength(10);
  });

  it('leaves a document alone that was replaced or deleted while its words were made', async () => {
    await addAsPreviousRelease(database, tenant, german);
    await addAsPreviousRelease(database, tenant, english);
    const replaceWords = store.replaceWords.bind(store);
    store.replaceWords = async () => {
      store.replaceWords = replaceWords;
      await documents().remove(tenant, 'terms');
      await documents().add(tenant, { ...german, text: 'Miete und Pacht.' });
    };
    await service.reindex(tenant, never);
    expect([await find('Mieten'), await find('Verträgen'), await find('contract')]).toEqual([
      ['vertrag'],
      ['vertrag'],
      [],
    ]);
    const { length, counted } = await corpus();
    expect(length).toBe(counted);
  });

  it('mends a corpus in which a replica of the previous release added and deleted documents', async () => {
    await documents().addAll(tenant, [german, english]);
    await addAsPreviousRelease(database, tenant, { ...german, id: 'late' });
    await removeAsPreviousRelease(database, tenant, 'terms');
    expect(await find('Verträgen')).toEqual(['vertrag']);
    await service.reindex(tenant, never);
    expect(await find('Verträgen')).toEqual(['late', 'vertrag']);
    const { length, counted, chunks, indexed } = await corpus();
    expect([length, indexed]).toEqual([counted, chunks]);
  });

  it('leaves a tenant to a newer release; searches then use vectors alone and say so', async () => {
    await documents().addAll(tenant, [german, english]);
    await database.asTenant(tenant, () => database.query('UPDATE corpora SET analyser = 2'));
    await service.reindex(tenant, never);
    expect(await corpus()).toMatchObject({ analyser: 2 });
    const retrieve = (alpha: number) =>
      new Retriever(store, new WordEmbedder()).retrieve({
        tenantId: tenant,
        question: 'Verträge',
        topK: 10,
        alpha,
      });
    const degraded = [{ stage: 'retrieve', reason: expect.stringContaining('vectors only') }];
    expect(await retrieve(0)).toEqual({ chunks: [], degraded });
    expect(await retrieve(0.5)).toMatchObject({
      chunks: [{ doc_id: 'vertrag' }, { doc_id: 'terms' }],
      degraded,
    });
  });

  it('analyses in the language of the setting', async () => {
    await addAsPreviousRelease(database, tenant, { ...english, text: 'die die die' });
    language = 'de';
    await service.reindex(tenant, never);
    expect(await corpus()).toMatchObject({ languages: ['de'], length: 1 });
  });

  it('the start of the service indexes every tenant with older words; the job of a deleted one ends quietly', async () => {
    const other = `${tenant}-other`;
    await addTenants(database, other);
    await addAsPreviousRelease(database, tenant, german);
    await addAsPreviousRelease(database, other, german);
    await expect(service.reindex('never-there', never)).resolves.toBeUndefined();
    await queue.onApplicationBootstrap();
    await service.onApplicationBootstrap();
    await waitFor(async () => {
      const waiting = await database.readAsPlatform(allTenants, () =>
        database.query('SELECT tenant_id FROM corpora WHERE analyser < 1'),
      );
      return waiting.length === 0;
    });
    expect(await find('Verträgen')).toEqual(['vertrag']);
  });

  it('stops between two batches when its replica shuts down', async () => {
    await addAsPreviousRelease(database, tenant, german);
    const stopped = AbortSignal.abort(new Error('shutting down'));
    await expect(service.reindex(tenant, stopped)).rejects.toThrow('shutting down');
    expect(await corpus()).toMatchObject({ analyser: 0, indexed: 0 });
  });
});
