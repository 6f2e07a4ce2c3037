import { WordEmbedder } from '../../testing/retrieval/word-embedder.js';
import type { EmbedOptions } from './embedder.js';
import { QuestionVectors } from './question-vectors.js';

const { signal } = new AbortController();

/** Notes what it embeds. */
class NotingEmbedder extends WordEmbedder {
  readonly calls: { readonly texts: readonly string[]; readonly options: EmbedOptions | undefined }[] = [];
  isBroken = false;

  override embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]> {
    this.calls.push({ texts, options });
    return this.isBroken ? Promise.reject(new Error('broken')) : super.embed(texts, options);
  }
}

describe('QuestionVectors', () => {
  let embedder: NotingEmbedder;
  let vectors: QuestionVectors;
  const embed = (tenantId: string, ...questions: string[]) => vectors.embed(tenantId, questions, signal);

  beforeEach(() => {
    embedder = new NotingEmbedder();
    vectors = new QuestionVectors(embedder);
  });

  it('embeds only the questions that are new, and returns all in order', async () => {
    await embed('acme-law', 'When is the rent due?');
    const made = await embed('acme-law', 'And the deposit?', 'When is the rent due?', 'Who pays?');
    expect(embedder.calls.map(({ texts }) => texts)).toEqual([
      ['When is the rent due?'],
      ['And the deposit?', 'Who pays?'],
    ]);
    expect(embedder.calls[1]!.options).toEqual({ purpose: 'question', signal });
    const expected = ['And the deposit?', 'When is the rent due?', 'Who pays?'];
    expect(made).toEqual(await new WordEmbedder().embed(expected));
  });

  it('embeds the same question again for another tenant', async () => {
    await embed('acme-law', 'When is the rent due?');
    await embed('acme-law-2', 'When is the rent due?');
    expect(embedder.calls).toHaveLength(2);
  });

  it('remembers nothing of a call that failed', async () => {
    embedder.isBroken = true;
    await expect(embed('acme-law', 'When is the rent due?')).rejects.toThrow('broken');
    embedder.isBroken = false;
    expect(await embed('acme-law', 'When is the rent due?')).toHaveLength(1);
  });

  it('forgets the vectors that were used least recently when they are too many', async () => {
    const many = Array.from({ length: 40_000 }, (_, index) => `question ${index}`);
    await embed('acme-law', 'When is the rent due?', 'Who pays?');
    for (let at = 0; at < many.length; at += 10_000) {
      await embed('acme-law', ...many.slice(at, at + 10_000));
      await embed('acme-law', 'Who pays?');
    }
    embedder.calls.length = 0;
    await embed('acme-law', 'Who pays?', 'When is the rent due?');
    expect(embedder.calls.map(({ texts }) => texts)).toEqual([['When is the rent due?']]);
  });
});
