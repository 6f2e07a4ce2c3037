import { Logger } from '@nestjs/common';
import {
  FakeRerankServer,
  respondAsCohere,
  respondAsPinecone,
  respondAsTei,
} from '../../testing/retrieval/fake-rerank-server.js';
import { someChunks } from '../../testing/query/query-builders.js';
import { HttpReranker } from './http.reranker.js';
import { LocalReranker } from './local.reranker.js';
import { PineconeReranker } from './pinecone.reranker.js';
import type { Passage, Reranker } from './reranker.js';
import { RerankingService } from './reranking.service.js';
import { createReranker } from './reranking.module.js';

/** The later the longer, so that the servers judge them the better. */
const passages: Passage[] = Array.from({ length: 50 }, (_, index) => ({
  title: 'Lease',
  text: 'x'.repeat(index + 1),
  score: 0.5,
}));
const neverAborted = new AbortController().signal;
const question = 'When is rent due?';

describe('rerankers', () => {
  let server: FakeRerankServer;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await FakeRerankServer.start();
  });
  beforeEach(() => {
    server.behaviour = respondAsCohere;
    server.calls.length = 0;
  });
  afterAll(() => server.stop());

  const http = (path = '', model: string | null = 'm1') =>
    new HttpReranker({ url: `${server.url}${path}`, apiKey: 'secret', model });
  const pinecone = () => new PineconeReranker({ apiKey: 'pcsk_test', model: null, url: server.url });

  it.each([
    ['Cohere’s form', respondAsCohere, () => http()],
    ['TEI’s form', respondAsTei, () => http()],
    ['Pinecone’s API', respondAsPinecone, pinecone],
    ['no server', respondAsCohere, () => new LocalReranker()],
  ])('give a share for every passage, in their input, by %s', async (_name, behave, make) => {
    server.behaviour = behave;
    const reranker: Reranker = make();
    for (const count of [1, 33, 50]) {
      const scores = await reranker.score(question, passages.slice(0, count), neverAborted);
      expect(scores).toHaveLength(count);
      expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
      const expected = server.calls.length > 0 ? scores.toSorted((a, b) => a - b) : scores;
      expect(scores).toEqual(expected);
    }
  });

  it('ask Cohere’s form with key, model and question', async () => {
    await http('/v2').score(question, passages.slice(0, 2), neverAborted);
    expect(server.calls).toMatchObject([
      {
        path: '/v2/rerank',
        headers: { authorization: 'Bearer secret' },
        body: { model: 'm1', query: question, documents: ['Lease\nx', 'Lease\nxx'], top_n: 2 },
      },
    ]);
  });

  it('ask TEI in its own form from the second time on, and no more than it takes at once', async () => {
    server.behaviour = respondAsTei;
    const reranker = http('/rerank', null);
    await reranker.score(question, passages, neverAborted);
    await reranker.score(question, passages, neverAborted);
    const sizes = server.calls.map(({ path, body }) => [path, (body['texts'] as [] | undefined)?.length]);
    expect(sizes).toEqual([
      ['/rerank', undefined],
      ['/rerank', 32],
      ['/rerank', 18],
      ['/rerank', 32],
      ['/rerank', 18],
    ]);
  });

  it('bring log-odds into 0..1', async () => {
    const results = [
      { index: 1, relevance_score: 3 },
      { index: 0, relevance_score: -3 },
    ];
    server.behaviour = () => ({ status: 200, body: { results } });
    const [low, high] = await http().score(question, passages.slice(0, 2), neverAborted);
    expect([low! < 0.1, high! > 0.9]).toEqual([true, true]);
  });

  it.each([
    ['a refusal', { status: 500, body: {} }],
    ['nothing', { status: 200, body: null }],
    ['no list', { status: 200, body: { results: 'none' } }],
    ['too few', { status: 200, body: { results: [{ index: 0, relevance_score: 1 }] } }],
    [
      'one twice',
      {
        status: 200,
        body: [
          { index: 0, score: 1 },
          { index: 0, score: 1 },
        ],
      },
    ],
    [
      'one that is not there',
      {
        status: 200,
        body: [
          { index: 0, score: 1 },
          { index: 7, score: 1 },
        ],
      },
    ],
    [
      'no number',
      {
        status: 200,
        body: [
          { index: 0, score: 1 },
          { index: 1, score: 'high' },
        ],
      },
    ],
    ['null', { status: 200, body: [{ index: 0, score: 1 }, null] }],
  ])('fail at %s, and the retrieval input stays', async (_name, answer) => {
    server.behaviour = () => answer;
    for (const reranker of [http(), pinecone()]) {
      const found = someChunks(2);
      const input = { question, chunks: found, topN: 2, timeoutMs: 2000 };
      expect(await new RerankingService(reranker).rerank(input)).toEqual({
        chunks: found,
        failure: 'the reranker failed',
      });
    }
  });

  it('are not waited for longer than there is time', async () => {
    server.behaviour = () => null;
    const ignorant: Reranker = { score: () => new Promise(() => {}) };
    for (const reranker of [http(), pinecone(), ignorant]) {
      const input = { question, chunks: someChunks(3), topN: 1, timeoutMs: 50 };
      expect(await new RerankingService(reranker).rerank(input)).toEqual({
        chunks: someChunks(1),
        failure: 'the reranker took too long',
      });
    }
  });

  it('are not asked without chunks', async () => {
    const input = { question, chunks: [], topN: 3, timeoutMs: 50 };
    expect(await new RerankingService(http()).rerank(input)).toEqual({ chunks: [], failure: null });
    expect(server.calls).toEqual([]);
  });

  it('keep the input of equals', async () => {
    const reranker: Reranker = { score: () => Promise.resolve([0.1, 0.7, 0.7, 0.1]) };
    const input = { question, chunks: someChunks(4), topN: 3, timeoutMs: 50 };
    const { chunks: ranked } = await new RerankingService(reranker).rerank(input);
    expect(ranked.map((chunk) => chunk.chunk_id)).toEqual(['lease#1', 'lease#2', 'lease#0']);
  });

  it('are chosen by the environment', () => {
    const choose = (kind: 'local' | 'http' | 'pinecone') =>
      createReranker({ reranker: { kind, url: server.url, apiKey: 'k', model: null } });
    expect(choose('local')).toBeInstanceOf(LocalReranker);
    expect(choose('http')).toBeInstanceOf(HttpReranker);
    expect(choose('pinecone')).toBeInstanceOf(PineconeReranker);
  });
});

describe('the local reranker', () => {
  const judge = (asked: string, given: Passage[]) => new LocalReranker().score(asked, given);
  const passage = (text: string, title = 'Page', score = 0.5): Passage => ({ title, text, score });

  it('prefers what speaks of the same things as the best passages', async () => {
    const [, , same, other] = await judge('rent', [
      passage('The rent falls due monthly by bank transfer.', 'Page', 0.9),
      passage('A bank transfer pays the monthly sum.', 'Page', 0.85),
      passage('Late bank transfers are charged monthly.', 'Page', 0.3),
      passage('Penguins swim in cold water all day long.', 'Page', 0.3),
    ]);
    expect(same).toBeGreaterThan(other!);
  });

  it('prefers a title that has words of the question', async () => {
    const [titled, plain] = await judge('rent', [passage('Pay it.', 'Rent'), passage('Pay it.', 'Misc')]);
    expect(titled).toBeGreaterThan(plain!);
  });

  it('does not need words at all', async () => {
    for (const given of [
      [passage('')],
      [passage('…', ''), passage('数学', '数')],
      [passage('a', 'b', 0), passage('a', 'b', 1)],
    ]) {
      const scores = await judge('', given);
      expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    }
  });
});
