import { alphaRanksOf, alphas } from './alpha-ranks.js';

const chunk = (id: string, dense: number | null, sparse: number) => ({
  chunk_id: id,
  scores: { dense, sparse },
});

it('at alpha 0 the keywords order the chunks, at alpha 1 the vectors do', () => {
  const ranks = alphaRanksOf([chunk('meaning', 0.9, 0.1), chunk('keywords', 0.2, 0.8)], 2);
  expect(alphas.at(0)).toBe(0);
  expect(alphas.at(-1)).toBe(1);
  expect(ranks.map((each) => [each.chunkId, each.ranks.at(0), each.ranks.at(-1)])).toEqual([
    ['meaning', 2, 1],
    ['keywords', 1, 2],
  ]);
});

it('chunks that are never among the first places are left out, and without vectors the keywords decide', () => {
  const chunks = [chunk('a', null, 0.9), chunk('b', null, 0.5), chunk('c', null, 0.1)];
  expect(alphaRanksOf(chunks, 2).map(({ chunkId }) => chunkId)).toEqual(['a', 'b']);
});
