import { parsePairs, selectorText, toSelector, toSelectorText } from './selector.js';

it('a selector of the URL comes out of the form as it went in', () => {
  const selector = {
    plans: ['pro', 'basic'],
    labels: { region: ['eu', 'us'], url: 'https://x' },
    tenant_ids: ['a', 'b'],
    exclude: ['c'],
    where: { model_name: 'gpt-4', temperature: 0.2, rerank_enabled: true },
  };
  expect(toSelector(toSelectorText(selector))).toEqual(selector);
  expect(toSelector(toSelectorText({ all: true, exclude: ['c'] }))).toEqual({ all: true, exclude: ['c'] });
});

it('a form that selects nobody, or has a text that cannot be read, is no selector', () => {
  const empty = toSelectorText({});
  expect(toSelector(empty)).toBeNull();
  expect(toSelector({ ...empty, exclude: 'a' })).toBeNull();
  expect(toSelector({ ...empty, all: true, where: 'model_name' })).toBeNull();
  expect(toSelector({ ...empty, all: true, labels: 'gold' })).toBeNull();
});

it('every tenant is never selected beside a part that narrows', () => {
  expect(toSelector({ ...toSelectorText({ plans: ['pro'] }), all: true })).toEqual({ plans: ['pro'] });
});

it('values of where are numbers and booleans where they look like it', () => {
  expect(parsePairs('temperature = 0.2, model_name=gpt-4', '=')).toEqual({
    temperature: 0.2,
    model_name: 'gpt-4',
  });
});

it('a selector reads as one line, and many ids as their number', () => {
  expect(selectorText({ plans: ['pro'], labels: { region: 'eu' } })).toBe('plan pro, label region:eu');
  expect(selectorText({ tenant_ids: ['a', 'b', 'c', 'd'] })).toBe('4 tenants');
  expect(selectorText({ all: true, exclude: ['a'] })).toBe('all tenants, except a');
});
