import { selectorsOverlap } from './selectors-overlap.js';

describe('selectorsOverlap', () => {
  it.each([
    [{ plans: ['pro'] }, { plans: ['basic'] }],
    [{ tenant_ids: ['a'] }, { tenant_ids: ['b', 'c'], plans: ['pro'] }],
    [{ all: true, exclude: ['a', 'b'] }, { tenant_ids: ['a'] }],
    [{ where: { model_name: 'gpt-4' } }, { where: { model_name: ['gpt-4o', 'gpt-5'] } }],
    [{ where: { temperature: 0 } }, { where: { temperature: false } }],
    [{ labels: { region: 'eu' } }, { labels: { region: ['us', 'ap'], tier: 'gold' } }],
  ])('returns false for selectors that exclude each other: %j and %j', (one, other) => {
    expect([selectorsOverlap(one, other), selectorsOverlap(other, one)]).toEqual([false, false]);
  });

  it.each([
    [{ all: true }, { all: true }],
    [{ all: true }, { tenant_ids: ['a'] }],
    [{ plans: ['pro', 'basic'] }, { plans: ['basic'] }],
    [{ plans: ['pro'] }, { tenant_ids: ['a'] }],
    [{ all: true, exclude: ['a'] }, { tenant_ids: ['a', 'b'] }],
    [
      { all: true, exclude: ['a'] },
      { all: true, exclude: ['b'] },
    ],
    [{ where: { model_name: 'gpt-4' } }, { where: { temperature: 0 } }],
    [{ where: { prompt_variables: { a: 1, b: 2 } } }, { where: { prompt_variables: { b: 2, a: 1 } } }],
    [{ where: { temperature: [0, 1] } }, { where: { temperature: [1, 2] } }],
    [{ labels: { region: ['eu', 'us'] } }, { labels: { region: 'us' } }],
    [{ labels: { region: 'eu' } }, { labels: { tier: 'gold' } }],
    [{ labels: { temperature: '0' } }, { where: { temperature: 0 } }],
  ])('returns true for other selectors: %j and %j', (one, other) => {
    expect([selectorsOverlap(one, other), selectorsOverlap(other, one)]).toEqual([true, true]);
  });
});
