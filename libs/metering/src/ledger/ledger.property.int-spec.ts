import fc from 'fast-check';
import { afterExpiryMs } from '../../testing/metering-replica.js';
import { type OpenedDatabases, addTenant, openServer } from '../../testing/metering-databases.js';
import { type LedgerAction, LedgerScenario } from '../../testing/ledger-scenario.js';

const minuteMs = 60_000;
const arbitraryAction: fc.Arbitrary<LedgerAction> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('admit' as const), nano: fc.integer({ min: 0, max: 400 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('settle' as const),
      which: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('release' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ act: 'sweep' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 20_000, afterExpiryMs, 20 * 60 * minuteMs, 20 * 24 * 60 * minuteMs),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('limit' as const),
      quota: fc.integer({ min: 1, max: 6 }),
      rate: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant('unlimited' as const)),
      budget: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constant('unlimited' as const)),
    }),
  },
);

describe('LedgerRepository', () => {
  let opened: OpenedDatabases;
  let count = 0;

  beforeAll(async () => {
    opened = await openServer(2);
  });
  afterAll(() => opened.close());

  it('LedgerRepository agrees with a simple model after every step of a random scenario', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryAction, { maxLength: 40, size: 'max' }), async (list) => {
        const [database] = opened.replicas;
        const scenario = new LedgerScenario(
          await addTenant(database!, `tenant-${(count += 1)}`),
          opened.replicas,
        );
        for (const action of list) {
          const { actual, expected } = await scenario.perform(action);
          expect({ action, actual }).toEqual({ action, actual: expected });
        }
      }),
      { numRuns: 40 },
    );
  });
});
