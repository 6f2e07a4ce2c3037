import type { Embedder } from '../../src/embedding/embedder.js';

const texts = [
  'You can have your money back.',
  'A refund takes two weeks.',
  'Ship boundary layers.',
  '',
  ' \n ',
  '🦔',
];

/** What every `Embedder` promises. */
export function describeEmbedderContract(embedder: () => Embedder): void {
  it('gives one vector of unit length for each text, all of one size', async () => {
    const vectors = await embedder().embed(texts);
    expect(vectors).toHaveLength(texts.length);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(new Set(vectors.map(({ length }) => length)).size).toBe(1);
  });

  it('gives the same vector for the same text, whatever stands beside it', async () => {
    const [alone] = await embedder().embed([texts[1]!]);
    const among = await embedder().embed(texts);
    expect(Array.from(among[1]!)).toEqual(Array.from(alone!));
  });

  it('gives nothing for nothing', async () => {
    expect(await embedder().embed([])).toEqual([]);
  });
}
