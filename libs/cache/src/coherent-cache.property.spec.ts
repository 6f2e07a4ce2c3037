import * as fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { TestCacheContext, oneKeyPerLoad } from '../testing/a-cache-region.js';
import { StepwiseStore } from '../testing/stepwise-store.js';
import { CacheSimulation, keys } from '../testing/cache-simulation.js';
import { CacheRegion } from './region/cache-region.js';
import { loadEach } from './region/load-queue.js';

Logger.overrideLogger(false);
// A thousand courses of events take a while on a busy machine.
jest.setTimeout(60_000);

const aKey = fc.constantFrom(...keys);
const anIndex = fc.nat(5);
const whether = fc.boolean();

/** What may happen, how often, and to what. */
const events = {
  get: [5, aKey],
  readStore: [3, anIndex],
  endLoad: [5, anIndex],
  writeElsewhere: [3, aKey],
  writeHere: [2, aKey],
  put: [2, anIndex],
  deliver: [4, anIndex],
  deliverInOldForm: [1, anIndex],
  loseMessages: [1, fc.constant(null)],
  doubt: [1, whether],
  catchUp: [1, fc.constant(null)],
  missChanges: [1, fc.constant(null)],
  restoreBackup: [0.3, fc.constant(null)],
  link: [1.2, whether],
  say: [1.2, whether],
  copyElsewhere: [1, aKey],
  sweep: [1, fc.constantFrom(235_000, 310_000)],
} as const;

type Step = (world: CacheSimulation) => unknown;

const aStep = fc.oneof(
  ...Object.entries(events).map(([event, [weight, how]]) => ({
    weight: weight * 10,
    arbitrary: (how as fc.Arbitrary<never>).map((given): Step =>
      Object.assign((world: CacheSimulation) => world[event as keyof typeof events](given), {
        toString: () => `${event} ${String(given)}`,
      }),
    ),
  })),
);

const someLimits = fc.record({
  maxKeysPerCall: fc.integer({ min: 1, max: 3 }),
  maxConcurrentCalls: fc.integer({ min: 1, max: 3 }),
});

describe('coherence', () => {
  it('never gives what is older than known, nor goes back, whatever the order of events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 3 }),
        someLimits,
        async (steps, maxEntries, limits) => {
          const world = await CacheSimulation.create(maxEntries, limits);
          for (const step of steps) {
            await step(world);
            await setImmediate();
            world.checkInvariants();
          }
          await world.settle();
          expect(world.violations).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('makes at most one load per key as long as nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aKey, { minLength: 1, maxLength: 60, size: 'max' }), async (asked) => {
        const store = new StepwiseStore();
        const part = new CacheRegion<string>('thing', loadEach(store.load), new TestCacheContext(), {
          loadLimits: oneKeyPerLoad,
        });
        const reads = asked.map((key) => part.get(key));
        await setImmediate();
        expect(store.loadCalls).toBe(new Set(asked).size);
        while (store.pending.length > 0) await store.finishLoad();
        await Promise.all(reads);
        expect(store.loadCalls).toBe(new Set(asked).size);
      }),
      { numRuns: 50 },
    );
  });
});
