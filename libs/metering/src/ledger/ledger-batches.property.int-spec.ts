import fc from 'fast-check';
import { DomainError } from '#kernel';
import { type BatchStep, type BatchedRequest, BatchScenario } from '../../testing/batch-scenario.js';
import {
  FakeLedgerClock,
  FakeTenantLimits,
  aMeteringReplica,
  aUsageRecord,
  afterExpiryMs,
} from '../../testing/metering-replica.js';
import { type OpenedDatabases, addTenant, openServer } from '../../testing/metering-databases.js';

const tenantCount = 3;
const dayMs = 86_400_000;
const arbitraryRequest: fc.Arbitrary<BatchedRequest> = fc.record({
  tenant: fc.nat({ max: tenantCount - 1 }),
  request: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ act: fc.constant('admit' as const), nano: fc.integer({ min: 0, max: 400 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constant('settle' as const),
        which: fc.nat(),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
  ),
});
const arbitraryStep: fc.Arbitrary<BatchStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('batch' as const),
      requests: fc.array(arbitraryRequest, { minLength: 1, maxLength: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: 'sweep' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 20_000, afterExpiryMs, dayMs, 20 * dayMs),
    }),
  },
);

/** An admission at one of the replicas, some turns of the event loop after the others. */
const arbitraryAdmission = fc.record({
  tenant: fc.nat({ max: tenantCount - 1 }),
  nano: fc.integer({ min: 0, max: 400 }),
  replica: fc.nat({ max: 3 }),
  turns: fc.nat({ max: 12 }),
});

describe('LedgerRepository in batches', () => {
  let opened: OpenedDatabases;
  let count = 0;

  beforeAll(async () => {
    opened = await openServer(2);
  });
  afterAll(() => opened.close());

  function addTenants(): Promise<string[]> {
    const ids = Array.from({ length: tenantCount }, () => `tenant-${(count += 1)}`);
    return Promise.all(ids.map((id) => addTenant(opened.replicas[0]!, id)));
  }

  const limits = { quota: fc.integer({ min: 1, max: 12 }), budget: fc.integer({ min: 0, max: 1_500 }) };

  it('LedgerRepository judges the requests of a batch one after the other, as the simple model does', async () => {
    await fc.assert(
      fc.asyncProperty(
        limits.quota,
        limits.budget,
        fc.array(arbitraryStep, { maxLength: 15, size: 'max' }),
        async (quota, budget, steps) => {
          const scenario = new BatchScenario(await addTenants(), opened.replicas[0]!, quota, budget);
          for (const step of steps) {
            const { actual, expected } = await scenario.perform(step);
            expect({ step, actual }).toEqual({ step, actual: expected });
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('LedgerRepository admits no query too many and refuses none too early when replicas write batches at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        limits.quota,
        limits.budget,
        fc.array(arbitraryAdmission, { maxLength: 60, size: 'max' }),
        async (quota, budget, admissions) => {
          const tenants = await addTenants();
          const tenantLimits = new FakeTenantLimits({
            maxQueriesPerDay: quota,
            maxQueriesPerMinute: 'unlimited',
            monthlyBudgetUsd: budget / 1e9,
          });
          const clock = new FakeLedgerClock();
          const replicas = [...opened.replicas, ...opened.replicas].map((database) =>
            aMeteringReplica(database, clock, tenantLimits),
          );
          const results = await Promise.all(
            admissions.map(async ({ tenant, nano, replica, turns }) => {
              for (let turn = 0; turn < turns; turn += 1)
                await new Promise((resolve) => setImmediate(resolve));
              return replicas[replica]!.admit(tenants[tenant]!, nano / 1e9).catch((error: unknown) => {
                if (error instanceof DomainError) return error.slug;
                throw error;
              });
            }),
          );
          for (const [tenant, id] of tenants.entries()) {
            const own = admissions
              .map(({ nano, tenant: of }, index) => ({ nano, of, result: results[index]! }))
              .filter(({ of }) => of === tenant);
            const admitted = own.filter(({ result }) => typeof result !== 'string');
            const held = admitted.reduce((sum, { nano }) => sum + nano, 0);
            expect(admitted.length).toBeLessThanOrEqual(quota);
            expect(await replicas[0]!.usageSnapshot(id)).toMatchObject({
              used: admitted.length,
              reserved_usd: held / 1e9,
            });
            // Reservations only grow here. So an admission that was refused would be refused now too.
            for (const { nano, result } of own) {
              if (result === 'quota-exceeded') expect(admitted).toHaveLength(quota);
              if (result === 'budget-exceeded') expect(nano).toBeGreaterThan(budget - held);
              if (typeof result !== 'string' && nano > 0) expect(held).toBeLessThanOrEqual(budget);
            }
            const bills = admitted.flatMap(({ nano, result }) => {
              const usage = aUsageRecord({ costUsd: nano / 1e9 });
              return typeof result === 'string' ? [] : [result.settle(usage), result.settle(usage)];
            });
            await Promise.all(bills);
            const after = await replicas[1]!.usageSnapshot(id);
            expect(after).toMatchObject({ used: admitted.length, spent_usd: held / 1e9, reserved_usd: 0 });
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
