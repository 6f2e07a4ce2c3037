import { Corpus } from './corpus.js';

describe('Corpus', () => {
  it('makes the same texts for the same seed', () => {
    expect(new Corpus(7).document(20)).toBe(new Corpus(7).document(20));
    expect(new Corpus(7).document(20)).not.toBe(new Corpus(8).document(20));
  });

  it('uses words with the uneven frequency of a language', () => {
    const words = new Corpus(1).document(5_000).toLowerCase().match(/\w+/g)!;
    const counts = [...Map.groupBy(words, (word) => word).values()]
      .map(({ length }) => length)
      .toSorted((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(3_000);
    expect(counts[0]! / words.length).toBeLessThan(0.01);
    expect(counts[0]!).toBeGreaterThan(20 * counts.at(Math.floor(counts.length / 2))!);
  });

  it('makes questions from the texts', () => {
    expect(new Corpus(1).question()).toMatch(/^[A-Z][a-z]+( [a-z]+){7}\?$/);
  });
});
