import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { remedies, remedyOf } from './remedies.js';

const contract = readFileSync(join(import.meta.dirname, '../../../../docs/openapi.json'), 'utf8');

it('every problem of the API has a remedy in the console', () => {
  const slugs = [...contract.matchAll(/\/problems\/([a-z-]+)/g)].map(([, slug]) => slug!);
  expect(Object.keys(remedies)).toEqual(expect.arrayContaining([...new Set(slugs)]));
});

it('the remedy of a conflict leads to the detail, which says what stands against the act', () => {
  const problem = { slug: 'conflict', title: 'Conflict', status: 409, detail: 'Delete one first.' };
  expect(remedyOf(problem)).toMatch(/Nothing was changed\. Do first what the sentence above asks for\./);
});

it('a problem that says when it may be tried again says so in its remedy', () => {
  const problem = { slug: 'unavailable', title: 'Unavailable', status: 503, retryAfterS: 1.2 };
  expect(remedyOf(problem)).toMatch(/ Try again in 2 s\.$/);
});
