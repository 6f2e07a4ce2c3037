import { OddEmbeddingServer } from '../../testing/embedding/odd-embedding-server.js';
import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import { OpenAiEmbedder } from './server/openai.embedder.js';
import { ResumableEmbedding } from './resumable-embedding.js';

const texts = Array.from({ length: 10 }, (_, index) => `rent ${'due '.repeat(index)}`);

describe('ResumableEmbedding', () => {
  const refused = { status: 403, body: {} };
  let server: OddEmbeddingServer;
  let embedding: ResumableEmbedding;

  beforeEach(async () => {
    // The second request fails for good, as with a key that is revoked meanwhile.
    server = await OddEmbeddingServer.start({ first: [null, refused] });
    embedding = new ResumableEmbedding(
      new OpenAiEmbedder({
        baseUrl: `${server.origin}/v1`,
        apiKey: null,
        model: 'm1',
        dimensions: null,
        timeoutMs: 5_000,
        batch: 4,
        prefixes: { question: null, passage: null },
      }),
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
