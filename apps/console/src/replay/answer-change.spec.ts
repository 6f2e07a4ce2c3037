import { answerStateOf, byChange, overlapOf } from './answer-change.js';

const item = (before: string | null, after: string | null, sources: readonly [number, number, number]) => {
  const [kept, gained, lost] = sources.map((count) =>
    Array.from({ length: count }, (_, index) => `d${index}`),
  );
  return {
    answer_before: before,
    answer_after: after,
    sources_kept: kept!,
    sources_gained: gained!,
    sources_lost: lost!,
  };
};

it('a replayed answer is missing, changed or the same', () => {
  expect(answerStateOf(item('a', null, [1, 0, 0]))).toBe('missing');
  expect(answerStateOf(item('a', 'b', [1, 0, 0]))).toBe('changed');
  expect(answerStateOf(item('a', 'a', [1, 0, 0]))).toBe('same');
});

it('the overlap is the share of sources that both answers have', () => {
  expect(overlapOf(item('a', 'a', [2, 1, 1]))).toBe(0.5);
  expect(overlapOf(item('a', 'a', [0, 0, 0]))).toBe(1);
});

it('replayed questions that changed most come first', () => {
  const same = item('a', 'a', [2, 0, 0]);
  const moved = item('a', 'a', [1, 1, 1]);
  const changed = item('a', 'b', [2, 0, 0]);
  const missing = item(null, 'b', [2, 0, 0]);
  expect(byChange([same, moved, changed, missing])).toEqual([missing, changed, moved, same]);
});
