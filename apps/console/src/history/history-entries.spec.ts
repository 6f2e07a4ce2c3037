import { type HistoryEntry, comparedPair, entriesOf, toggleCompared } from './history-entries.js';

const entry = (version: number, ...fields: string[]) =>
  ({ version, changes: fields.map((field) => ({ field, from: null, to: 1 })) }) as unknown as HistoryEntry;

it('the history of one setting has only the versions that changed it', () => {
  const entries = [entry(3, 'temperature'), entry(2, 'max_tokens'), entry(1)];
  expect(entriesOf(entries, 'temperature').map(({ version }) => version)).toEqual([3]);
  expect(entriesOf(entries, '')).toHaveLength(3);
});

it('a third tick replaces the older of two, and a second click clears a tick', () => {
  expect(toggleCompared(['3', '7'], 9)).toEqual(['7', '9']);
  expect(toggleCompared(['3', '7'], 3)).toEqual(['7']);
});

it('two ticked versions are compared from the older to the newer one', () => {
  expect(comparedPair(['10', '9'])).toEqual({ from: 9, to: 10 });
  expect(comparedPair(['9'])).toBeNull();
  expect(comparedPair(['x', '9'])).toBeNull();
});
