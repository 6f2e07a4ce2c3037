import { Logger } from '@nestjs/common';
import type { Database } from '#database';
import { type OpenDatabase, testDatabases } from '#testing';
import type { DocumentsService } from '../documents/documents.service.js';
import type { Embedder } from '../embedding/embedder.js';
import { aDocumentsService } from '../../testing/documents/documents-service.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { ChunkRepository } from './chunk.repository.js';
import { PostgresStore } from './postgres.store.js';
import { Retriever, type RetrievalResult } from './retriever.js';
import { addTenants } from '../../testing/retrieval/open-stores.js';

const pages = {
  wings: 'The wing bends under load. Lift grows with the angle of the wing.',
  heat: 'Heat flows through the slab. Conduction is slow in composite slabs.',
  shock: 'A shock wave stands before the blunt body at high speed.',
  both: 'The wing is heated by the shock wave.',
};

class BrokenEmbedder extends WordEmbedder {
  override embed(): Promise<never> {
    return Promise.reject(new Error('no route to host'));
  }
}

class CountingEmbedder extends WordEmbedder {
  calls = 0;

  override embed(texts: readonly string[]): Promise<Float32Array[]> {
    this.calls += 1;
    return super.embed(texts);
  }
}

describe.each(testDatabases)('Retriever on %s', (_name, open) => {
  let opened: OpenDatabase;
  let database: Database;
  let store: PostgresStore;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await open();
    database = opened.database;
    store = new PostgresStore(database, new ChunkRepository(database));
    await addTenants(
      database,
      'acme',
      'other',
      'mixed',
      'empty',
      'filled-late',
      'twins',
      'crowd-1',
      'crowd-2',
    );
    await load('acme', pages);
  });

  afterAll(() => opened.close());

  function documents(embedder: Embedder = new WordEmbedder()): DocumentsService {
    return aDocumentsService({ database, store, embedder });
  }

  async function load(tenantId: string, texts: Record<string, string>, embedder?: Embedder): Promise<void> {
    for (const [id, text] of Object.entries(texts))
      await documents(embedder).add(tenantId, { id, title: id, text });
  }

  function retrieve(
    tenantId: string,
    question: string,
    alpha: number,
    embedder: Embedder = new WordEmbedder(),
  ): Promise<RetrievalResult> {
    const retriever = new Retriever(store, embedder);
    return retriever.retrieve({ tenantId, question, topK: 3, alpha });
  }

  const idsOf = ({ chunks }: RetrievalResult) => chunks.map((chunk) => chunk.doc_id);

  it('returns chunks with their document, its title and metadata, the text and the scores', async () => {
    const { chunks, degraded } = await retrieve('acme', 'composite slabs', 0.5);
    expect(chunks[0]).toEqual({
      doc_id: 'heat',
      chunk_id: 'heat#1',
      title: 'heat',
      text: pages.heat,
      metadata: {},
      scores: { dense: expect.any(Number), sparse: expect.any(Number), fused: chunks[0]!.score },
      score: expect.any(Number),
    });
    expect(degraded).toEqual([]);
  });

  it('finds only chunks with a word of the question, in any of its forms, at alpha 0', async () => {
    expect(idsOf(await retrieve('acme', 'Which wings are bending?', 0)).toSorted()).toEqual([
      'both',
      'wings',
    ]);
    expect(idsOf(await retrieve('acme', 'marmalade', 0))).toEqual([]);
  });

  it('ranks all chunks by their vectors at alpha 1', async () => {
    const { chunks } = await retrieve('acme', 'the wing is heated by the shock wave', 1);
    expect(chunks).toHaveLength(3);
    expect(chunks[0]!.doc_id).toBe('both');
  });

  it('computes BM25 from the statistics of the tenant, with k1 2 and b 0.75', async () => {
    const search = { tenantId: 'acme', language: 'auto', vector: null, embedder: 'none', depth: 10 } as const;
    const { candidates } = await store.search({ ...search, question: 'composite wing' });
    const weight = (df: number) => Math.log(1 + (4 - df + 0.5) / (df + 0.5));
    // Lexemes with the title, which is a stop word for the last: 8, 8, 8 and 4; "composit" is in heat once, "wing" in wings 3 times and in both once.
    const saturated = (tf: number, length: number) => (tf * 3) / (tf + 2 * (0.25 + (0.75 * length) / 7));
    const ceiling = 3 * (weight(1) + weight(2));
    const lengths = await database.readAsTenant('acme', () =>
      database.query<{ length: number }>('SELECT length FROM chunks ORDER BY document_number'),
    );
    expect(lengths.map(({ length }) => length)).toEqual([8, 8, 8, 4]);
    expect(Object.fromEntries(candidates.map((one) => [one.document_number, one.sparse]))).toEqual({
      1: expect.closeTo((weight(2) * saturated(3, 8)) / ceiling, 12),
      2: expect.closeTo((weight(1) * saturated(1, 8)) / ceiling, 12),
      4: expect.closeTo((weight(2) * saturated(1, 4)) / ceiling, 12),
    });
  });

  it('returns the same scores whatever other tenants store', async () => {
    const questions = ['wing load', 'shock wave heat', 'slow conduction in the slab'];
    const all = () =>
      Promise.all(
        questions.flatMap((question) => [0, 0.5, 1].map((alpha) => retrieve('acme', question, alpha))),
      );
    const before = await all();
    for (const tenant of ['crowd-1', 'crowd-2']) {
      await load(tenant, { ...pages, more: 'Wing, wing, wing, and a shock.', heat: 'Nothing about slabs.' });
    }
    expect(await all()).toEqual(before);
  });

  it('returns nothing of another tenant', async () => {
    await load('other', { wings: 'The secret wing of the other tenant.' });
    const { chunks } = await retrieve('acme', 'secret wing of the other tenant', 0.5);
    expect(chunks.some(({ text }) => text.includes('secret'))).toBe(false);
    expect(idsOf(await retrieve('other', 'wing', 0.5))).toEqual(['wings']);
  });

  it('scores equal chunks equally, and ranks the one that was added first higher', async () => {
    for (const id of ['second', 'first', 'third']) {
      await documents().add('twins', { id, title: 'Same', text: id === 'third' ? pages.heat : pages.shock });
    }
    for (const alpha of [0, 0.5, 1]) {
      const { chunks } = await retrieve('twins', 'shock wave before a blunt body', alpha);
      expect(chunks.slice(0, 2).map((chunk) => chunk.doc_id)).toEqual(['second', 'first']);
      expect(chunks[0]!.score).toBe(chunks[1]!.score);
    }
  });

  it('uses keywords alone, and says so, when another embedder made some of the vectors', async () => {
    await load('mixed', { wings: pages.wings, heat: pages.heat });
    await load('mixed', { shock: pages.shock }, new WordEmbedder('others'));
    const answer = await retrieve('mixed', 'wing', 1);
    expect(answer.degraded).toEqual([
      { stage: 'retrieve', reason: expect.stringContaining('1 of 3 chunks were embedded by another model') },
    ]);
    expect(answer.chunks).toEqual((await retrieve('mixed', 'wing', 0)).chunks);
  });

  it('compares vectors again after every document was added again', async () => {
    await load('mixed', { shock: pages.shock });
    expect((await retrieve('mixed', 'wing', 1)).degraded).toEqual([]);
  });

  it('uses keywords alone, and says so, when the question cannot be embedded', async () => {
    const answer = await retrieve('acme', 'composite slabs', 0.5, new BrokenEmbedder());
    expect(answer.degraded).toEqual([
      { stage: 'retrieve', reason: 'keywords only: the question could not be embedded' },
    ]);
    expect(answer.chunks).toEqual((await retrieve('acme', 'composite slabs', 0)).chunks);
  });

  it('does not embed the question at alpha 0', async () => {
    expect((await retrieve('acme', 'slabs', 0, new BrokenEmbedder())).degraded).toEqual([]);
  });

  it.each(['', '   ', 'the of and', '\'"; DROP TABLE chunks --', '\0', '\ud800', '<->&|!:*'])(
    'answers the question %j',
    async (question) => {
      for (const alpha of [0, 0.5, 1]) await expect(retrieve('acme', question, alpha)).resolves.toBeDefined();
    },
  );

  it('answers the longest question', async () => {
    const { chunks } = await retrieve('acme', `${'wing '.repeat(790)}and composite slabs`, 0.5);
    expect(idsOf({ chunks, degraded: [] })).toContain('heat');
  });

  it('returns an empty result without degradations for a tenant without documents', async () => {
    expect(await retrieve('empty', 'wing', 0.5)).toEqual({ chunks: [], degraded: [] });
  });

  it('embeds no further question for a tenant without documents until it has some', async () => {
    const embedder = new CountingEmbedder();
    const retriever = new Retriever(store, embedder);
    const find = (question: string) =>
      retriever.retrieve({ tenantId: 'filled-late', question, topK: 3, alpha: 0.5 });
    for (const question of ['wing', 'wings', 'a wing']) expect(idsOf(await find(question))).toEqual([]);
    expect(embedder.calls).toBe(1);
    await load('filled-late', { wings: pages.wings });
    for (const question of ['the wing', 'the wings']) expect(idsOf(await find(question))).toEqual(['wings']);
    expect(embedder.calls).toBe(3);
  });

  it('embeds a question once, however often it is asked', async () => {
    const embedder = new CountingEmbedder();
    const retriever = new Retriever(store, embedder);
    const find = () => retriever.retrieve({ tenantId: 'acme', question: 'wing', topK: 3, alpha: 0.5 });
    const first = await find();
    expect(await find()).toEqual(first);
    expect(embedder.calls).toBe(1);
  });
});
