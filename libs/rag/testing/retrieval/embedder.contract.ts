import type { Embedder } from '../../src/embedding/embedder.js';

const texts = [
  'You can have your money back.',
  'A refund takes two weeks.',
  'Ship boundary layers.',
  '',
  ' \n ',
  '🦔',
];

/** The contract of every `Embedder`. */
export function describeEmbedderContract(embedder: () => Embedder): void {
  it('embed returns one vector of unit length for each text, all of one size', async () => {
    const vectors = await embedder().embed(texts);
    expect(vectors).toHaveLength(texts.length);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(new Set(vectors.map(({ length }) => length)).size).toBe(1);
  });

  it('embed returns the same vector for the same text in any batch', async () => {
    const [alone] = await embedder().embed([texts[1]!]);
    const among = await embedder().embed(texts);
    expect(Array.from(among[1]!)).toEqual(Array.from(alone!));
  });

  it('embed returns an empty list for an empty list', async () => {
    expect(await embedder().embed([])).toEqual([]);
  });
}
