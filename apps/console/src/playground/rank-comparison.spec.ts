import { compareRanks, describeMove } from './rank-comparison.js';

it('each chunk of both lists is compared once: moved, in the same place, new or gone', () => {
  const moves = compareRanks(['a', 'b', 'c'], ['b', 'd', 'c']).map((chunk) => [
    chunk.chunkId,
    describeMove(chunk),
  ]);
  expect(moves).toEqual([
    ['b', '2 → 1'],
    ['d', 'new'],
    ['c', 'same place'],
    ['a', 'gone'],
  ]);
});
