import { firstStepsOf } from './first-steps.js';

it('each first step is done once the tenant has a document, a query and a second version', () => {
  const doneOf = (documents: number, queries: number, version: number): boolean[] =>
    firstStepsOf({ documents, queries, version }).map(({ isDone }) => isDone);
  expect(doneOf(0, 0, 1)).toEqual([false, false, false]);
  expect(doneOf(4, 0, 1)).toEqual([true, false, false]);
  expect(doneOf(4, 9, 1)).toEqual([true, true, false]);
  expect(doneOf(4, 9, 2)).toEqual([true, true, true]);
});
