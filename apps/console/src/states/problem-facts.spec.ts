import { factsOf, faultsOf } from './problem-facts.js';

const problem = { slug: 'x', title: 'X', status: 400 };

it.each([
  [
    'a budget',
    { budget_usd: 500, spent_usd: 499.98, reserved_usd: 0.01 },
    /\$499\.98 of \$500\.00 are spent/,
  ],
  ['a limit', { limit: 10, remaining: 0 }, /^0 of 10 are left\.$/],
  ['overlapping rollouts', { rollouts: ['r1', 'r2'] }, /^Running rollouts: r1, r2\.$/],
  ['a version', { current_version: 8 }, /^Version 8 is the current one\.$/],
  ['changed settings', { changed_fields: ['temperature'] }, /^Changed meanwhile: temperature\.$/],
  ['settings of a file', { fields: ['temperature'] }, /^Owned by a file: temperature\.$/],
  [
    'attempts',
    { attempts: [{ model: 'gpt-4', ms: 212.5, outcome: 'rate_limited' }] },
    /^gpt-4: rate limited after 21[23] ms$/,
  ],
  [
    'golden questions',
    { failures: [{ question: 'Why?', missing_sources: ['gpl'], missing_phrases: ['so'] }] },
    /^Why\? The answer lacks gpl, “so”\.$/,
  ],
])('%s of a problem becomes a sentence', (_, members, sentence) => {
  expect(factsOf({ ...problem, ...members })).toEqual([expect.stringMatching(sentence)]);
});

it('a fault that the detail names already is not told twice', () => {
  const detail = 'The file "a.pdf" is a damaged PDF.';
  const errors = [detail, 'title is required.'].map((message) => ({
    field: 'file',
    rule: 'pattern' as const,
    value: null,
    message,
  }));
  expect(faultsOf({ ...problem, detail, errors }).map(({ message }) => message)).toEqual([
    'title is required.',
  ]);
});

it('a limit of which nothing remains to be told has no fact, as the detail names it', () => {
  expect(factsOf({ ...problem, limit: 1_000 })).toEqual([]);
});

it('a problem without members has no facts', () => {
  expect(factsOf(problem)).toEqual([]);
});
