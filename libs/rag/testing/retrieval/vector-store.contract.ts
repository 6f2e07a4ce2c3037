import { analyseText } from '../../src/analysis/analyse-text.js';
import type { DocumentsService } from '../../src/documents/documents.service.js';
import type { Embedder } from '../../src/embedding/embedder.js';
import type { MetadataFilter } from '../../src/retrieval/metadata-filter.js';
import { Retriever, type RetrievalResult } from '../../src/retrieval/retriever.js';
import { aDocumentsService } from '../documents/documents-service.js';
import { type OpenedStore, addTenants } from './open-stores.js';
import { WordEmbedder } from './word-embedder.js';

const topics = ['wing', 'shock', 'heat', 'slab', 'layer', 'panel', 'speed', 'body', 'jet', 'flutter'];

/** Thirty documents of several chunks each, with an uneven distribution of words. */
export const corpus: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 30 }, (_, number) => {
    const word = (step: number) => topics[(number * step + (number % 3)) % topics.length]!;
    const sentences = Array.from(
      { length: 3 + (number % 5) * 12 },
      (_none, at) =>
        `The ${word(at + 1)} of the ${word(3)} number ${number} meets a ${word(7)} at ${word(at)}.`,
    );
    return [`doc-${number}`, sentences.join(' ')];
  }),
);

const questions = [
  'Which wings meet a shock?',
  'flutter of panels at high speed',
  'heat in the slab and the layer of a body',
  'jet',
  'number 7',
  'marmalade',
];

/** Adds documents through the service and searches with the retriever, as the product does. */
export class StoreDriver {
  constructor(private readonly opened: () => OpenedStore) {}

  documents(embedder: Embedder = new WordEmbedder()): DocumentsService {
    const { database, store } = this.opened();
    return aDocumentsService({ database, store, embedder });
  }

  async load(tenantId: string, texts: Readonly<Record<string, string>>, embedder?: Embedder): Promise<void> {
    for (const [id, text] of Object.entries(texts))
      await this.documents(embedder).add(tenantId, { id, title: id, text });
  }

  retrieve(
    tenantId: string,
    question: string,
    alpha: number,
    embedder: Embedder = new WordEmbedder(),
  ): Promise<RetrievalResult> {
    return new Retriever(this.opened().store, embedder).retrieve({ tenantId, question, alpha, topK: 8 });
  }

  /** The results of every question with several values of alpha. */
  async retrieveAll(tenantId: string): Promise<ResultsByQuestion> {
    const answers: [string, RetrievalResult][] = [];
    for (const question of questions) {
      for (const alpha of [0, 0.3, 0.5, 1]) {
        answers.push([`${question} at ${alpha}`, await this.retrieve(tenantId, question, alpha)]);
      }
    }
    return Object.fromEntries(answers);
  }
}

export type ResultsByQuestion = Readonly<Record<string, RetrievalResult>>;

/** The same chunks in the same order, with the same scores within single precision. */
function expectSameResults(answers: ResultsByQuestion, others: ResultsByQuestion): void {
  const ids = (all: ResultsByQuestion) =>
    Object.entries(all).map(([name, { chunks }]) => [name, ...chunks.map((chunk) => chunk.chunk_id)]);
  const scores = (all: ResultsByQuestion) =>
    Object.values(all).flatMap(({ chunks }) => chunks.map(({ score }) => score));
  expect(ids(answers)).toEqual(ids(others));
  const expected = scores(others);
  for (const [index, score] of scores(answers).entries()) expect(score).toBeCloseTo(expected[index]!, 5);
}

/** The contract of every `VectorStore`. `reference` returns the results of another store on the same corpus. */
export function describeVectorStoreContract(
  opened: () => OpenedStore,
  reference: () => Promise<ResultsByQuestion>,
): void {
  const driver = new StoreDriver(opened);
  let tenants = 0;

  async function newTenant(): Promise<string> {
    const tenantId = `contract-${(tenants += 1)}`;
    await addTenants(opened().database, tenantId);
    return tenantId;
  }

  it('search with a filter returns the chunks of matching documents, with the scores that they have without it', async () => {
    const tenant = await newTenant();
    const metadataOf = (at: number) => ({
      group: at % 3,
      kind: at % 2 === 0 ? 'even' : 'odd',
      isOld: at < 9,
      at: `${at}`,
    });
    for (const [at, [id, text]] of Object.entries(corpus).entries())
      await driver.documents().add(tenant, { id, title: id, text, metadata: metadataOf(at) });
    const retriever = new Retriever(opened().store, new WordEmbedder());
    const filters: MetadataFilter[] = [
      { group: [1] },
      { group: [0, 2], kind: ['odd'] },
      { isOld: [true], kind: ['even', 'none'] },
      { group: ['1'] },
      { at: [7] },
      { absent: [1] },
    ];
    for (const alpha of [0, 0.5, 1])
      for (const filter of filters) {
        const input = { tenantId: tenant, question: questions[1]!, alpha, topK: 500 };
        const all = await retriever.retrieve(input);
        const matches = ({ metadata }: { metadata: object }) =>
          Object.entries(filter).every(([name, values]) =>
            values.includes((metadata as Record<string, string>)[name]!),
          );
        const { chunks } = await retriever.retrieve({ ...input, filter });
        const ids = chunks.map(({ chunk_id, score }) => [chunk_id, score]);
        expect(ids).toEqual(all.chunks.filter(matches).map(({ chunk_id, score }) => [chunk_id, score]));
      }
  });

  it('search returns the same ranking and scores as every other store, whatever other tenants store', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    await driver.load(tenant, corpus);
    const alone = await driver.retrieveAll(tenant);
    expectSameResults(alone, await reference());
    expect(Object.values(alone).flatMap(({ degraded }) => degraded)).toEqual([]);
    await driver.load(other, { ...corpus, 'doc-1': 'Wing, wing, wing.', more: 'A shock and another shock.' });
    expect(await driver.retrieveAll(tenant)).toEqual(alone);
  });

  it('search finds the new text of a replaced document and not the old one', async () => {
    const tenant = await newTenant();
    await driver.load(tenant, { one: 'The quagga grazes.', two: 'A zebra sleeps.' });
    await driver.load(tenant, { one: 'The okapi browses.' });
    for (const alpha of [0, 0.5, 1]) {
      const { chunks } = await driver.retrieve(tenant, 'quagga okapi', alpha);
      expect(chunks.map(({ text }) => text)).not.toContain('The quagga grazes.');
      expect(chunks[0]).toMatchObject({ doc_id: 'one', text: 'The okapi browses.' });
    }
  });

  it('search finds nothing of a deleted document', async () => {
    const tenant = await newTenant();
    await driver.load(tenant, { one: 'The quagga grazes.', two: 'A zebra sleeps.' });
    await driver.documents().remove(tenant, 'one');
    for (const alpha of [0, 0.5, 1]) {
      const { chunks, degraded } = await driver.retrieve(tenant, 'quagga zebra', alpha);
      expect([chunks.map((chunk) => chunk.doc_id), degraded]).toEqual([['two'], []]);
    }
  });

  it('search finds nothing of chunks that were prepared and never put', async () => {
    const tenant = await newTenant();
    await driver.load(tenant, { one: 'A zebra sleeps.' });
    const { store } = opened();
    const [embedding] = await new WordEmbedder().embed(['quagga']);
    const words = analyseText('quagga', 'en');
    const chunk = { text: 'quagga', indexedText: 'quagga', words, embedding: embedding! };
    await store.prepare(tenant, { chunks: [chunk], language: 'en' }, store.embedderLabel('test:words'));
    for (const alpha of [0, 0.5, 1]) {
      const { chunks } = await driver.retrieve(tenant, 'quagga', alpha);
      expect(chunks.every((one) => one.doc_id === 'one')).toBe(true);
    }
  });

  it('search and read never return a chunk of another tenant', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    await driver.load(other, { secret: 'The quagga is secret.' });
    expect((await driver.retrieve(tenant, 'quagga', 0.5)).chunks).toEqual([]);
    await driver.load(tenant, { own: 'A zebra.' });
    expect((await driver.retrieve(tenant, 'quagga secret', 0.5)).chunks.map((one) => one.doc_id)).toEqual([
      'own',
    ]);
    const { store } = opened();
    expect(await store.read(tenant, [{ document_number: 1, position: 1 }])).toMatchObject([
      { doc_id: 'own' },
    ]);
  });

  it('search uses keywords alone when another embedder made some of the vectors', async () => {
    const tenant = await newTenant();
    await driver.load(tenant, { one: 'The quagga grazes.' });
    await driver.load(tenant, { two: 'A zebra sleeps.' }, new WordEmbedder('others'));
    const { chunks, degraded } = await driver.retrieve(tenant, 'quagga', 1);
    expect(degraded).toEqual([
      { stage: 'retrieve', reason: expect.stringContaining('1 of 2 chunks were embedded by another model') },
    ]);
    expect(chunks).toEqual((await driver.retrieve(tenant, 'quagga', 0)).chunks);
    await driver.load(tenant, { two: 'A zebra sleeps.' });
    expect((await driver.retrieve(tenant, 'quagga', 1)).degraded).toEqual([]);
  });

  it.each(['', ' ', 'the of and', '\0', '\ud800', '\'"; DROP TABLE chunks --', '<->&|!:*'])(
    'search accepts the question %j',
    async (question) => {
      const tenant = await newTenant();
      await driver.load(tenant, { one: 'A zebra sleeps.' });
      for (const alpha of [0, 0.5, 1])
        expect((await driver.retrieve(tenant, question, alpha)).degraded).toEqual([]);
    },
  );
}
