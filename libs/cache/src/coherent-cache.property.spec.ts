import * as fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { TestCacheContext, oneKeyPerLoad } from '../testing/a-cache-region.js';
import { StepwiseStore } from '../testing/stepwise-store.js';
import { CacheSimulation, keys } from '../testing/cache-simulation.js';
import { CacheRegion } from './region/cache-region.js';
import { loadEach } from './region/load-queue.js';

Logger.overrideLogger(false);
// A thousand runs take a while on a busy machine.
jest.setTimeout(60_000);

const aKey = fc.constantFrom(...keys);
const anIndex = fc.nat(5);
const aBoolean = fc.boolean();

/** The methods of the simulation that a run calls: weight and argument. */
const events = {
  get: [5, aKey],
  reload: [1, aKey],
  readStore: [3, anIndex],
  endLoad: [5, anIndex],
  writeElsewhere: [3, aKey],
  writeHere: [2, aKey],
  put: [2, anIndex],
  deliver: [4, anIndex],
  deliverFromOlderRelease: [1, anIndex],
  loseMessages: [1, fc.constant(null)],
  setBusDegraded: [1, aBoolean],
  pollFeed: [1, fc.constant(null)],
  missChanges: [1, fc.constant(null)],
  restoreBackup: [0.3, fc.constant(null)],
  setStoreReachable: [1.2, aBoolean],
  reportStoreAvailable: [1.2, aBoolean],
  saveElsewhere: [1, aKey],
  sweep: [1, fc.constantFrom(235_000, 310_000)],
} as const;

type Step = (simulation: CacheSimulation) => unknown;

const aStep = fc.oneof(
  ...Object.entries(events).map(([event, [weight, argument]]) => ({
    weight: weight * 10,
    arbitrary: (argument as fc.Arbitrary<never>).map((value): Step =>
      Object.assign((simulation: CacheSimulation) => simulation[event as keyof typeof events](value), {
        toString: () => `${event} ${String(value)}`,
      }),
    ),
  })),
);

const loadLimits = fc.record({
  maxKeysPerCall: fc.integer({ min: 1, max: 3 }),
  maxConcurrentCalls: fc.integer({ min: 1, max: 3 }),
});

describe('CoherentCache', () => {
  it('never returns an older version than known, nor goes back, whatever the order of events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 3 }),
        loadLimits,
        async (steps, maxEntries, limits) => {
          const simulation = await CacheSimulation.create(maxEntries, limits);
          for (const step of steps) {
            await step(simulation);
            await setImmediate();
            simulation.checkInvariants();
          }
          await simulation.settle();
          expect(simulation.violations).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('makes at most one load per key while nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aKey, { minLength: 1, maxLength: 60, size: 'max' }),
        async (requestedKeys) => {
          const store = new StepwiseStore();
          const region = new CacheRegion<string>('thing', loadEach(store.load), new TestCacheContext(), {
            loadLimits: oneKeyPerLoad,
          });
          const reads = requestedKeys.map((key) => region.get(key));
          await setImmediate();
          expect(store.loadCalls).toBe(new Set(requestedKeys).size);
          while (store.pending.length > 0) await store.finishLoad();
          await Promise.all(reads);
          expect(store.loadCalls).toBe(new Set(requestedKeys).size);
        },
      ),
      { numRuns: 50 },
    );
  });
});
