import {
  type MeteringReplica,
  FakeLedgerClock,
  FakeTenantLimits,
  aUsageRecord,
  aMeteringReplica,
} from '../../testing/metering-replica.js';
import { type OpenedDatabases, addTenant, databaseKinds } from '../../testing/metering-databases.js';

describe.each(databaseKinds)('UsageService on %s', (_name, open) => {
  let opened: OpenedDatabases;
  let clock: FakeLedgerClock;
  let limits: FakeTenantLimits;
  let replica: MeteringReplica;
  let tenant: string;
  let count = 0;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  beforeEach(async () => {
    clock = new FakeLedgerClock();
    limits = new FakeTenantLimits();
    replica = aMeteringReplica(opened.replicas[0]!, clock, limits);
    tenant = await addTenant(opened.replicas[0]!, `tenant-${(count += 1)}`);
  });

  const noUsage = { queries: 0, prompt_tokens: 0, completion_tokens: 0, cost_usd: 0, by_model: {} };

  it('UsageService reports every day of the period, with sums for each model', async () => {
    await (await replica.admit(tenant, 1)).settle(aUsageRecord({ costUsd: 0.1 }));
    await (
      await replica.admit(tenant, 1)
    ).settle(aUsageRecord({ costUsd: 0.2, promptTokens: 1, completionTokens: 2 }));
    await (await replica.admit(tenant, 1)).settle(aUsageRecord({ model: 'gpt-4o', costUsd: 0.000001 }));
    await (await replica.admit(tenant, 1)).release('failed', 5);
    await replica.admit(tenant, 1);
    const { days } = await replica.usage.getUsage(tenant, { from: '2026-11-22', to: '2026-11-24' });
    expect(days).toEqual([
      { date: '2026-11-22', ...noUsage },
      {
        date: '2026-11-23',
        queries: 5,
        prompt_tokens: 1601,
        completion_tokens: 202,
        cost_usd: 0.300001,
        by_model: {
          'gpt-4': { queries: 2, prompt_tokens: 801, completion_tokens: 102, cost_usd: 0.3 },
          'gpt-4o': { queries: 1, prompt_tokens: 800, completion_tokens: 100, cost_usd: 0.000001 },
        },
      },
      { date: '2026-11-24', ...noUsage },
    ]);
  });

  it('UsageService counts a query for the day on which it was admitted', async () => {
    clock.time = new Date('2026-11-23T23:59:59.999Z');
    const late = await replica.admit(tenant, 1);
    clock.advance(1);
    await late.settle(aUsageRecord());
    const { days, quota } = await replica.usage.getUsage(tenant, { from: '2026-11-23' });
    expect(days.map(({ date, queries, cost_usd: cost }) => [date, queries, cost])).toEqual([
      ['2026-11-23', 1, 0.03],
      ['2026-11-24', 0, 0],
    ]);
    expect(quota.used).toBe(0);
  });

  it('UsageService reports the rest of quota and budget, and when they reset', async () => {
    limits.set({ maxQueriesPerDay: 10, monthlyBudgetUsd: 2 });
    await (await replica.admit(tenant, 1)).settle(aUsageRecord({ costUsd: 0.3 }));
    await replica.admit(tenant, 0.5);
    const { days, quota, budget } = await replica.usage.getUsage(tenant, {});
    expect(days).toHaveLength(30);
    expect(quota).toEqual({ limit: 10, used: 2, resets_at: '2026-11-24T00:00:00.000Z' });
    expect(budget).toEqual({
      limit_usd: 2,
      spent_usd: 0.3,
      reserved_usd: 0.5,
      resets_at: '2026-12-01T00:00:00.000Z',
    });
    limits.set({ monthlyBudgetUsd: 'unlimited' });
    expect((await replica.usage.getUsage(tenant, {})).budget.limit_usd).toBe('unlimited');
  });

  it('UsageService never reports usage of another tenant', async () => {
    await (
      await replica.admit(await addTenant(opened.replicas[0]!, `${tenant}-b`), 1)
    ).settle(aUsageRecord());
    const { days, quota, budget } = await replica.usage.getUsage(tenant, { from: '2026-11-23' });
    expect(days).toEqual([{ date: '2026-11-23', ...noUsage }]);
    expect([quota.used, budget.spent_usd]).toEqual([0, 0]);
  });
});
