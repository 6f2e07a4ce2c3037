import { Logger } from '@nestjs/common';
import {
  FakeRerankServer,
  type RerankBehaviour,
  respondAsCohere,
  respondAsPinecone,
  respondAsTei,
  respondAsVoyage,
} from '../../testing/retrieval/fake-rerank-server.js';
import { anEgress } from '../../../egress/testing/egress-builders.js';
import { someChunks } from '../../testing/query/query-builders.js';
import { HttpReranker } from './http.reranker.js';
import { LocalReranker } from './local.reranker.js';
import { PineconeReranker } from './pinecone.reranker.js';
import type { Passage, Reranker } from './reranker.js';
import { RerankingService } from './reranking.service.js';
import { createReranker } from './reranking.module.js';

/** Each text is longer than the one before, so the fake servers score it higher. */
const passages: Passage[] = Array.from({ length: 50 }, (_, index) => ({
  title: 'Lease',
  text: 'x'.repeat(index + 1),
  score: 0.5,
}));
const respondWithBest =
  (count: number): RerankBehaviour =>
  (call) => {
    const { results } = respondAsCohere(call).body as { results: unknown[] };
    return { status: 200, body: { results: results.slice(0, count) } };
  };
const neverAborted = new AbortController().signal;
const question = 'When is rent due?';

describe('Reranker implementations and RerankingService', () => {
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
    new HttpReranker(
      { url: `${server.url}${path}`, apiKey: 'secret', model },
      anEgress().fetchOperatorAddress,
    );
  const pinecone = () => new PineconeReranker({ apiKey: 'pcsk_test', model: null, url: server.url });

  it.each([
    ['HttpReranker with Cohere’s format', respondAsCohere, () => http()],
    ['HttpReranker with TEI’s format', respondAsTei, () => http()],
    ['HttpReranker with Voyage’s format', respondAsVoyage, () => http()],
    ['PineconeReranker', respondAsPinecone, pinecone],
    ['LocalReranker', respondAsCohere, () => new LocalReranker()],
  ])('%s returns a score from 0 to 1 for every passage, in their order', async (_name, behave, create) => {
    server.behaviour = behave;
    const reranker: Reranker = create();
    for (const count of [1, 33, 50]) {
      const scores = await reranker.score(question, passages.slice(0, count), neverAborted);
      expect(scores).toHaveLength(count);
      expect(scores.every((score) => score !== null && score >= 0 && score <= 1)).toBe(true);
      const expected = server.calls.length > 0 ? scores.toSorted((a, b) => a! - b!) : scores;
      expect(scores).toEqual(expected);
    }
  });

  it('HttpReranker sends key, model and question in Cohere’s format', async () => {
    await http('/v2').score(question, passages.slice(0, 2), neverAborted);
    expect(server.calls).toMatchObject([
      {
        path: '/v2/rerank',
        headers: { authorization: 'Bearer secret' },
        body: { model: 'm1', query: question, documents: ['Lease\nx', 'Lease\nxx'], top_n: 2 },
      },
    ]);
  });

  const requestSizes = () =>
    server.calls.map(({ path, body }) => [path, (body['texts'] as [] | undefined)?.length]);

  it('HttpReranker switches to TEI’s format after the refusals, and sends at most 32 texts at once', async () => {
    server.behaviour = respondAsTei;
    const reranker = http('/rerank', null);
    await reranker.score(question, passages, neverAborted);
    const learnt = server.calls.length;
    await reranker.score(question, passages, neverAborted);
    expect(requestSizes().slice(learnt)).toEqual([
      ['/rerank', 32],
      ['/rerank', 18],
    ]);
  });

  it.each([413, 422])(
    'HttpReranker sends 10 texts at once to a server that refuses more with %d, and its scores are of the right passages',
    async (status) => {
      server.behaviour = (call) =>
        ((call.body['documents'] as string[] | undefined)?.length ?? Infinity) > 10
          ? { status, body: { error: 'too many documents' } }
          : respondAsCohere(call);
      const reranker = http();
      await reranker.score(question, passages, neverAborted);
      server.calls.length = 0;
      const scores = await reranker.score(question, passages, neverAborted);
      expect(scores).toEqual(passages.map(({ text }) => ('Lease\n'.length + text.length) / 1000));
      expect(server.calls.map(({ body }) => (body['documents'] as string[]).length)).toEqual([
        10, 10, 10, 10, 10,
      ]);
    },
  );

  it('HttpReranker finds the route below /v1, and keeps it', async () => {
    server.behaviour = (call) =>
      call.path === '/v1/rerank' ? respondAsCohere(call) : { status: 404, body: {} };
    const reranker = http();
    for (let asked = 0; asked < 2; asked += 1)
      await reranker.score(question, passages.slice(0, 2), neverAborted);
    expect(server.calls.map(({ path }) => path)).toEqual(['/rerank', '/v1/rerank', '/v1/rerank']);
  });

  it('RerankingService uses the scores of a server that returns only its best 10 of 31', async () => {
    server.behaviour = respondWithBest(10);
    const chunks = passages.slice(0, 31).map((passage, index) => ({ ...passage, index }));
    const { chunks: ranked, failure } = await new RerankingService(http()).rerank({
      question,
      chunks,
      topN: 3,
      timeoutMs: 2000,
    });
    expect([ranked.map(({ index }) => index), failure]).toEqual([[30, 29, 28], null]);
  });

  it('RerankingService fills up with the order of retrieval when the server scored fewer chunks than wanted, and says so', async () => {
    server.behaviour = respondWithBest(2);
    const chunks = passages.slice(0, 5).map((passage, index) => ({ ...passage, index }));
    const input = { question, chunks, topN: 4, timeoutMs: 2000 };
    const { chunks: ranked, failure } = await new RerankingService(http()).rerank(input);
    expect(ranked.map(({ index, score }) => [index, score > 0])).toEqual([
      [4, true],
      [3, true],
      [0, false],
      [1, false],
    ]);
    expect(failure).toBe('the reranker scored only 2 of 5 chunks');
  });

  it('HttpReranker converts log-odds to scores from 0 to 1', async () => {
    const results = [
      { index: 1, relevance_score: 3 },
      { index: 0, relevance_score: -3 },
    ];
    server.behaviour = () => ({ status: 200, body: { results } });
    const [low, high] = await http().score(question, passages.slice(0, 2), neverAborted);
    expect([low! < 0.1, high! > 0.9]).toEqual([true, true]);
  });

  it.each([
    ['status 500', { status: 500, body: {} }],
    ['an empty answer', { status: 200, body: null }],
    ['no list', { status: 200, body: { results: 'none' } }],
    ['no scores', { status: 200, body: { results: [] } }],
    [
      'two scores for one passage',
      {
        status: 200,
        body: [
          { index: 0, score: 1 },
          { index: 0, score: 1 },
        ],
      },
    ],
    [
      'a score for an unknown passage',
      {
        status: 200,
        body: [
          { index: 0, score: 1 },
          { index: 7, score: 1 },
        ],
      },
    ],
    [
      'a score that is no number',
      {
        status: 200,
        body: [
          { index: 0, score: 1 },
          { index: 1, score: 'high' },
        ],
      },
    ],
    ['null in the list', { status: 200, body: [{ index: 0, score: 1 }, null] }],
  ])('RerankingService keeps the order of retrieval after %s', async (_name, answer) => {
    server.behaviour = () => answer;
    for (const reranker of [http(), pinecone()]) {
      const chunks = someChunks(2);
      const input = { question, chunks, topN: 2, timeoutMs: 2000 };
      const { chunks: kept, failure } = await new RerankingService(reranker).rerank(input);
      expect([kept, failure]).toMatchObject([chunks, 'the reranker failed']);
    }
  });

  it('RerankingService does not wait longer than timeoutMs, even if the reranker ignores its signal', async () => {
    server.behaviour = () => null;
    const ignorant: Reranker = { score: () => new Promise(() => {}) };
    for (const reranker of [http(), pinecone(), ignorant]) {
      const input = { question, chunks: someChunks(3), topN: 1, timeoutMs: 50 };
      const { chunks, dropped, failure } = await new RerankingService(reranker).rerank(input);
      expect([[...chunks, ...dropped], failure]).toMatchObject([someChunks(3), 'the reranker took too long']);
      expect(chunks).toHaveLength(1);
    }
  });

  it('RerankingService does not call the reranker without chunks', async () => {
    const input = { question, chunks: [], topN: 3, timeoutMs: 50 };
    expect(await new RerankingService(http()).rerank(input)).toEqual({
      chunks: [],
      dropped: [],
      failure: null,
    });
    expect(server.calls).toEqual([]);
  });

  it('RerankingService keeps the order of chunks with equal scores', async () => {
    const reranker: Reranker = { score: () => Promise.resolve([0.1, 0.7, 0.7, 0.1]) };
    const input = { question, chunks: someChunks(4), topN: 3, timeoutMs: 50 };
    const { chunks: ranked } = await new RerankingService(reranker).rerank(input);
    expect(ranked.map((chunk) => chunk.chunk_id)).toEqual(['lease#1', 'lease#2', 'lease#0']);
  });

  it('createReranker selects the reranker by the environment', () => {
    const choose = (kind: 'local' | 'http' | 'pinecone') =>
      createReranker({ reranker: { kind, url: server.url, apiKey: 'k', model: null } }, anEgress());
    expect(choose('local')).toBeInstanceOf(LocalReranker);
    expect(choose('http')).toBeInstanceOf(HttpReranker);
    expect(choose('pinecone')).toBeInstanceOf(PineconeReranker);
  });
});
