import { chosenPart, untouchedAfter } from './untouched.js';

it('a setting that was just added is untouched until its value is edited or it is reset', () => {
  const added = { temperature: 0.7 };
  expect(untouchedAfter([], {}, added)).toEqual(['temperature']);
  expect(untouchedAfter(['temperature'], added, { temperature: 0.2 })).toEqual([]);
  expect(untouchedAfter(['temperature'], added, { temperature: null })).toEqual([]);
});

it('an edit of one setting leaves the others as they were', () => {
  const before = { temperature: 0.7, max_tokens: 900 };
  const after = { temperature: 0.7, max_tokens: 800, rerank_enabled: true };
  expect(untouchedAfter(['temperature'], before, after)).toEqual(['temperature', 'rerank_enabled']);
  expect(chosenPart(after, ['temperature', 'rerank_enabled'])).toEqual({ max_tokens: 800 });
});

it('a setting that was taken away is not untouched any more', () => {
  expect(untouchedAfter(['temperature'], { temperature: 0.7 }, {})).toEqual([]);
});
