import { Logger } from '@nestjs/common';
import { anEgress } from '../../../egress/testing/egress-builders.js';
import { OddEmbeddingServer } from '../../testing/embedding/odd-embedding-server.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { OpenAiEmbedder } from './server/openai.embedder.js';
import { ResumableEmbedding } from './resumable-embedding.js';

const texts = Array.from({ length: 10 }, (_, index) => `rent ${'due '.repeat(index)}`);

describe('ResumableEmbedding', () => {
  const refused = { status: 403, body: {} };
  let server: OddEmbeddingServer;
  let embedding: ResumableEmbedding;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(async () => {
    // The second request fails for good, as with a key that is revoked meanwhile.
    server = await OddEmbeddingServer.start({ first: [null, refused] });
    embedding = new ResumableEmbedding(
      new OpenAiEmbedder(
        {
          baseUrl: `${server.origin}/v1`,
          apiKey: null,
          model: 'm1',
          dimensions: null,
          timeoutMs: 5_000,
          batch: 4,
          prefixes: { question: null, passage: null },
        },
        anEgress().fetchOperatorAddress,
      ),
    );
  });
  afterEach(() => server.stop());

  const failOnce = () =>
    expect(embedding.embed('acme-law', texts, {})).rejects.toMatchObject({ slug: 'upstream-failed' });

  it('sends only the texts that a failed call did not embed, and reports progress over all of them', async () => {
    await failOnce();
    expect(server.embeddedTexts).toEqual(texts.slice(0, 4));
    const progress: [number, number][] = [];
    const vectors = await embedding.embed('acme-law', texts, {
      onEmbedded: (done, total) => progress.push([done, total]),
    });
    expect(server.embeddedTexts.toSorted()).toEqual(texts.toSorted());
    expect(vectors.map((vector) => Array.from(vector))).toEqual(
      (await new WordEmbedder().embed(texts)).map((vector) =>
        Array.from(vector, (value) => expect.closeTo(value, 5) as number),
      ),
    );
    expect(progress).toEqual([
      [8, 10],
      [10, 10],
    ]);
  });

  it('keeps nothing for another tenant, and nothing that was saved', async () => {
    await failOnce();
    await embedding.embed('acme-law', texts, {});
    embedding.forget('acme-law', texts);
    for (const tenantId of ['acme-law', 'startup-support']) {
      const before = server.embeddedTexts.length;
      await embedding.embed(tenantId, texts, {});
      expect(server.embeddedTexts.length - before).toBe(texts.length);
    }
  });
});

describe('ResumableEmbedding for several tenants', () => {
  /** Takes one text at a time. `onBatch` is called before each of them. */
  class SlowEmbedder extends WordEmbedder {
    override readonly batchSize = 1;
    override readonly uploadsAtOnce = 1;
    readonly batches: string[] = [];
    onBatch: () => void = () => undefined;

    override async embed(batch: readonly string[]): Promise<Float32Array[]> {
      this.batches.push(...batch);
      await new Promise(setImmediate);
      this.onBatch();
      return super.embed(batch);
    }
  }

  it('embeds for the tenants in turn, however many uploads one of them has', async () => {
    const embedder = new SlowEmbedder();
    const embedding = new ResumableEmbedding(embedder);
    const uploads = ['a1', 'a2', 'a3'].map((text) => embedding.embed('acme-law', [text, text + text], {}));
    await Promise.all([...uploads, embedding.embed('startup-support', ['b1'], {})]);
    expect(embedder.batches.indexOf('b1')).toBeLessThanOrEqual(2);
    expect(embedder.batches).toHaveLength(7);
  });

  it('embeds nothing more for an upload whose client has left', async () => {
    const embedder = new SlowEmbedder();
    const embedding = new ResumableEmbedding(embedder);
    const client = new AbortController();
    embedder.onBatch = () => client.abort(new Error('The client left.'));
    const { signal } = client;
    const uploads = [1, 2, 3].map((upload) =>
      embedding.embed('acme-law', [`a${upload}`, `b${upload}`], { signal }),
    );
    for (const outcome of await Promise.allSettled(uploads)) expect(outcome.status).toBe('rejected');
    expect(embedder.batches).toEqual(['a1']);
  });
});
