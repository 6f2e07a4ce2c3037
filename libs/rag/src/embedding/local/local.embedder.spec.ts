import { LocalEmbedder } from './local.embedder.js';
import { WordEmbedder } from '../../../testing/retrieval/word-embedder.js';
import { describeEmbedderContract } from '../../../testing/retrieval/embedder.contract.js';

const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** Loading the model in a thread takes seconds on a busy machine. */
jest.setTimeout(30_000);

describe('LocalEmbedder', () => {
  const embedder = new LocalEmbedder();
  afterAll(() => embedder.close());

  describeEmbedderContract(() => embedder);

  it('embeds texts of similar meaning as similar vectors', async () => {
    const [question, answer, other] = await embedder.embed([
      'How do I get my money back?',
      'Refunds are paid within two weeks.',
      'The boundary layer separates at high speed.',
    ]);
    expect(cosine(question!, answer!)).toBeGreaterThan(cosine(question!, other!));
  });

  it('embeds a chunk to its end: the last sentence of 1,200 characters is nearer to its own question', async () => {
    const filler = 'The office has forty desks, two kitchens and a garden with benches under old trees. ';
    const rule = 'Employees who fall ill must phone their manager before nine in the morning.';
    const text = filler.repeat(14).slice(0, 1120);
    const [question, without, whole] = await embedder.embed([rule, text, `${text} ${rule}`]);
    expect(cosine(question!, whole!)).toBeGreaterThan(cosine(question!, without!) + 0.03);
  });

  it('embeds a word that is longer than the window of the model to its end', async () => {
    const word = 'a1'.repeat(80);
    const [vector, longer] = await embedder.embed([word, `${word}wings`]);
    expect(cosine(vector!, longer!)).toBeLessThan(0.9999);
  });

  it('stops between two batches when its signal aborts', async () => {
    const client = new AbortController();
    const embedding = embedder.embed(
      Array.from({ length: 200 }, (_, index) => `The wing number ${index} bends.`),
      { signal: client.signal },
    );
    client.abort(new Error('The client left.'));
    await expect(embedding).rejects.toThrow('The client left.');
  });

  it('stops within a text of nearly a million characters when its signal aborts, and is free for the next text', async () => {
    const client = new AbortController();
    const texts = Array.from({ length: 2 }, () => 'Refunds are paid within two weeks. '.repeat(28_000));
    const embeddings = texts.map((text) => embedder.embed([text], { signal: client.signal }));
    client.abort(new Error('The deadline has passed.'));
    await Promise.all(embeddings.map((embedding) => expect(embedding).rejects.toThrow('The deadline')));
    expect(await embedder.embed(['How do I get my money back?'])).toHaveLength(1);
  });

  it('embeds a long text in parts: its vector is that of its sentences, each as often as it is in the text', async () => {
    const [first, second] = ['Refunds are paid within two weeks. ', 'The wing bends at high speed. '];
    const [long, short, other] = await embedder.embed([
      first.repeat(150) + second.repeat(20),
      first.repeat(15) + second.repeat(2),
      second,
    ]);
    expect(cosine(long!, short!)).toBeGreaterThan(0.95);
    expect(cosine(long!, short!)).toBeGreaterThan(cosine(long!, other!));
  });

  it('does not block the event loop while it computes', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await embedder.embed(
      Array.from({ length: 8 }, (_, index) => `The wing number ${index} bends. `.repeat(20)),
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('returns to each of many callers the vectors of their own texts', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => `wing number ${index}`);
    const together = await embedder.embed(texts);
    const apart = await Promise.all(texts.map((text) => embedder.embed([text])));
    expect(apart.map(([vector]) => Array.from(vector!))).toEqual(
      together.map((vector) => Array.from(vector)),
    );
  });

  it('starts new threads after its threads have ended', async () => {
    const ended = new LocalEmbedder();
    await ended.embed(['one']);
    await ended.close();
    expect(await ended.embed(['one'])).toHaveLength(1);
    await ended.close();
  });

  it('rejects waiting calls when its threads end', async () => {
    const closing = new LocalEmbedder();
    const waiting = closing.embed(['never answered']);
    await Promise.all([expect(waiting).rejects.toThrow('has ended'), closing.close()]);
  });
});

describe('WordEmbedder', () => {
  describeEmbedderContract(() => new WordEmbedder());
});
