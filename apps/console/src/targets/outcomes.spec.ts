import { partsOfDryRun, partsOfOperation } from './outcomes.js';

const operation = {
  matched: 10,
  done: 7,
  updated: 4,
  unchanged: 1,
  skipped_locked: 1,
  approval_required: 0,
  invalid: 0,
  conflict: 1,
} as Parameters<typeof partsOfOperation>[0];

it('the parts of a bar are all tenants: those that are done, and those that are not', () => {
  const parts = partsOfOperation({ ...operation, state: 'running' });
  expect(parts.map(({ key, count }) => [key, count])).toEqual([
    ['updated', 4],
    ['unchanged', 1],
    ['skipped_locked', 1],
    ['conflict', 1],
    ['left', 3],
  ]);
  expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(operation.matched);
});

it('tenants that a cancelled operation did not reach are called so', () => {
  expect(partsOfOperation({ ...operation, state: 'cancelled' }).at(-1)?.label).toBe('not reached');
});

it('a dry run that would change nothing says 0, and leaves the other empty parts out', () => {
  const counts = { matched: 2, would_update: 0, unchanged: 2, locked: 0, approval_required: 0, invalid: 0 };
  expect(partsOfDryRun({ ...counts, sample: [] }).map(({ label, count }) => [label, count])).toEqual([
    ['would change', 0],
    ['unchanged', 2],
  ]);
});
