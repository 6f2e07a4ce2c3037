import { isEverywhere, propagationOf, propagationText, servedText } from './propagation.js';

const replica = (age: number | null, state: 'ready' | 'lost' = 'ready') => ({ watermark_age_ms: age, state });

it('a version is on the replicas that have read the feed since the save, lost ones aside', () => {
  const replicas = [replica(400), replica(1_200), replica(900), replica(0, 'lost')];
  expect(propagationOf(replicas, 1_000)).toEqual({ reached: 2, all: 3, withinMs: 600 });
  const later = propagationOf(replicas, 1_300);
  expect(later).toEqual({ reached: 3, all: 3, withinMs: 900 });
  expect([propagationOf(replicas, 1_000), later].map(isEverywhere)).toEqual([false, true]);
});

it('a version is on no replica that has not read the feed yet, and without replicas it is nowhere', () => {
  expect(propagationOf([replica(null)], 5_000)).toEqual({ reached: 0, all: 1, withinMs: 0 });
  expect(isEverywhere(propagationOf([], 5_000))).toBe(false);
});

it('a receipt goes on until every replica has the version', () => {
  const text = (reached: number, all: number) => propagationText(8, { reached, all, withinMs: 41 });
  expect([text(1, 3), text(3, 3), text(1, 1)]).toEqual([
    'Version 8 on 1 of 3 replicas …',
    'Version 8 on 3 of 3 replicas, within 41 ms',
    'Version 8 on 1 of 1 replica, within 41 ms',
  ]);
});

it('a receipt of the tenant names the version that a replica has answered with', () => {
  expect(servedText({ version: 8, afterMs: 41.4 })).toBe(
    'Version 8 is what this replica serves, 41 ms after the save',
  );
});
