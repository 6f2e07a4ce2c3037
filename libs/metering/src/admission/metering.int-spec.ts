import { Logger } from '@nestjs/common';
import type { Database } from '#database';
import {
  type MeteringReplica,
  FakeLedgerClock,
  FakeTenantLimits,
  aUsageRecord,
  aMeteringReplica,
  afterExpiryMs,
} from '../../testing/metering-replica.js';
import { type OpenedDatabases, addTenant, databaseKinds, readRows } from '../../testing/metering-databases.js';

const dayMs = 86_400_000;

Logger.overrideLogger(false);

describe.each(databaseKinds)('metering on %s', (_name, open) => {
  let opened: OpenedDatabases;
  let database: Database;
  let clock: FakeLedgerClock;
  let limits: FakeTenantLimits;
  let replica: MeteringReplica;
  let tenant: string;
  let count = 0;

  beforeAll(async () => {
    opened = await open();
    database = opened.replicas[0]!;
  });
  afterAll(() => opened.close());

  beforeEach(async () => {
    clock = new FakeLedgerClock();
    limits = new FakeTenantLimits();
    replica = aMeteringReplica(database, clock, limits);
    tenant = await addTenant(database, `tenant-${(count += 1)}`);
  });

  const standing = () => replica.usageSnapshot(tenant);
  const admit = (maxCostUsd = 1) => replica.admit(tenant, maxCostUsd);

  it('holds what a query may cost until it is settled, and then has what it cost', async () => {
    const reservation = await admit(0.25);
    expect(await standing()).toMatchObject({ used: 1, spent_usd: 0, reserved_usd: 0.25 });
    await reservation.settle(aUsageRecord({ costUsd: 0.0301 }));
    expect(await standing()).toMatchObject({ used: 1, spent_usd: 0.0301, reserved_usd: 0 });
  });

  it('adds up without an error what floats cannot', async () => {
    for (let query = 0; query < 10; query += 1)
      await (await admit(0.1)).settle(aUsageRecord({ costUsd: 0.1 }));
    expect((await standing()).spent_usd).toBe(1);
  });

  it('spends a budget to the last nano-dollar and not beyond', async () => {
    limits.set({ monthlyBudgetUsd: 0.3 });
    await (await admit(0.1)).settle(aUsageRecord({ costUsd: 0.1 }));
    await admit(0.2);
    await expect(admit(0.000000001)).rejects.toMatchObject({ slug: 'budget-exceeded' });
  });

  it('refuses what the budget may not pay for, and says where it stands', async () => {
    limits.set({ monthlyBudgetUsd: 2 });
    await (await admit(1)).settle(aUsageRecord({ costUsd: 0.5 }));
    await admit(1);
    await expect(admit(1)).rejects.toMatchObject({
      slug: 'budget-exceeded',
      details: { budget_usd: 2, spent_usd: 0.5, reserved_usd: 1, resets_at: '2026-12-01T00:00:00.000Z' },
    });
    expect(await standing()).toMatchObject({ used: 2, spent_usd: 0.5, reserved_usd: 1 });
    await expect(replica.metrics.toPrometheusText()).resolves.toContain(
      `metering_budget_refusals_total{tenant_id="${tenant}"} 1`,
    );
  });

  it('refuses more queries than the day has, until the day is over', async () => {
    limits.set({ maxQueriesPerDay: 2 });
    clock.time = new Date('2026-11-30T23:59:59.250Z');
    await (await admit()).release('failed', 5);
    await admit();
    await expect(admit()).rejects.toMatchObject({
      slug: 'quota-exceeded',
      details: { limit: 2, remaining: 0, resets_at: '2026-12-01T00:00:00.000Z', retry_after_s: 1 },
    });
    await expect(replica.metrics.toPrometheusText()).resolves.toContain(
      `metering_quota_refusals_total{tenant_id="${tenant}"} 1`,
    );
    clock.advance(750);
    await admit();
    expect(await standing()).toMatchObject({ used: 1 });
  });

  it('begins every month with the whole budget, and settles a query in the month that it was admitted in', async () => {
    limits.set({ monthlyBudgetUsd: 1 });
    clock.time = new Date('2026-12-31T23:59:59Z');
    const old = await admit(1);
    clock.advance(1_000);
    const fresh = await admit(1);
    expect(await standing()).toMatchObject({ used: 1, spent_usd: 0, reserved_usd: 1 });
    await old.settle(aUsageRecord({ costUsd: 0.9 }));
    expect(await standing()).toMatchObject({ spent_usd: 0, reserved_usd: 1 });
    await fresh.settle(aUsageRecord({ costUsd: 0.4 }));
    expect(await standing()).toMatchObject({ spent_usd: 0.4, reserved_usd: 0 });
    const months = await readRows(
      database,
      `SELECT month::text, spent_nano_usd FROM budget_months WHERE tenant_id = $1 ORDER BY 1`,
      [tenant],
    );
    expect(months).toEqual([
      { month: '2026-12-01', spent_nano_usd: '900000000' },
      { month: '2027-01-01', spent_nano_usd: '400000000' },
    ]);
  });

  it('knows no end of an unlimited budget, and counts what is spent all the same', async () => {
    limits.set({ monthlyBudgetUsd: 'unlimited' });
    await (await admit(900_000)).settle(aUsageRecord({ costUsd: 900_000 }));
    await (await admit(900_000)).settle(aUsageRecord({ costUsd: 900_000 }));
    expect((await standing()).spent_usd).toBe(1_800_000);
  });

  it('admits nothing that costs on a budget lowered below what was spent, and still what costs nothing', async () => {
    await (await admit(5)).settle(aUsageRecord({ costUsd: 5 }));
    limits.set({ monthlyBudgetUsd: 3 });
    await expect(admit(0.01)).rejects.toMatchObject({ details: { budget_usd: 3, spent_usd: 5 } });
    await admit(0);
    limits.set({ monthlyBudgetUsd: 0 });
    await admit(0);
    await expect(admit(0.01)).rejects.toMatchObject({ slug: 'budget-exceeded' });
  });

  it('admits nobody more on a quota lowered below what was used', async () => {
    await admit();
    await admit();
    limits.set({ maxQueriesPerDay: 1 });
    await expect(admit()).rejects.toMatchObject({ slug: 'quota-exceeded', details: { limit: 1 } });
  });

  it('gives the money back when nobody settles, marks the query, and counts a settlement that comes later', async () => {
    limits.set({ monthlyBudgetUsd: 1 });
    const lost = await admit(1);
    clock.advance(afterExpiryMs - 1);
    await expect(admit(1)).rejects.toMatchObject({ slug: 'budget-exceeded' });
    clock.advance(1);
    await (await admit(1)).release('cancelled', 5);
    expect(await outcomes()).toEqual([null, 'cancelled']);
    await replica.maintenance.run();
    expect(await outcomes()).toEqual(['unsettled', 'cancelled']);
    await lost.settle(aUsageRecord({ costUsd: 0.7 }));
    expect(await outcomes()).toEqual(['answered', 'cancelled']);
    expect(await standing()).toMatchObject({ used: 2, spent_usd: 0.7, reserved_usd: 0 });
    await expect(replica.metrics.toPrometheusText()).resolves.toMatch(
      /metering_unsettled_total [1-9][^]*metering_late_settlements_total 1/,
    );
  });

  async function outcomes(): Promise<(string | null)[]> {
    const sql = 'SELECT outcome FROM usage_log WHERE tenant_id = $1 ORDER BY id';
    const rows = await readRows<{ outcome: string | null }>(database, sql, [tenant]);
    return rows.map(({ outcome }) => outcome);
  }

  it('settles once, however often it is told', async () => {
    const reservation = await admit(1);
    const bills = [0.1, 0.2, 0.3, 0.4].map((costUsd) => reservation.settle(aUsageRecord({ costUsd })));
    await Promise.all(bills);
    await reservation.release('failed', 1);
    const [row] = await readRows<{ cost: number }>(
      database,
      'SELECT cost_nano_usd / 1e9::float8 AS cost FROM usage_log WHERE tenant_id = $1',
      [tenant],
    );
    expect([0.1, 0.2, 0.3, 0.4]).toContain(row?.cost);
    expect((await standing()).spent_usd).toBe(row?.cost);
  });

  it('counts in full what cost more than was reserved, and says so', async () => {
    await (await admit(0.1)).settle(aUsageRecord({ costUsd: 0.15 }));
    expect((await standing()).spent_usd).toBe(0.15);
    await expect(replica.metrics.toPrometheusText()).resolves.toContain(
      `metering_overruns_total{tenant_id="${tenant}"} 1`,
    );
  });

  it('keeps a line for every query, and never its text', async () => {
    await (await admit(1)).settle(aUsageRecord());
    const rows = await readRows(database, 'SELECT * FROM usage_log WHERE tenant_id = $1', [tenant]);
    expect(rows).toEqual([
      {
        tenant_id: tenant,
        id: expect.any(String) as string,
        admitted_at: clock.time,
        day: expect.any(Date) as Date,
        user_id: 'user-42',
        config_version: '7',
        reserved_nano_usd: '1000000000',
        expires_at: new Date(clock.time.getTime() + afterExpiryMs),
        outcome: 'answered',
        model: 'gpt-4',
        prompt_tokens: '800',
        completion_tokens: '100',
        cost_nano_usd: '30000000',
        latency_ms: 611,
      },
    ]);
  });

  it('prunes lines after 90 days, and the days stay', async () => {
    await (await admit(1)).settle(aUsageRecord());
    clock.advance(60 * dayMs);
    await (await admit(1)).settle(aUsageRecord());
    clock.advance(30 * dayMs + 1);
    while ((await replica.maintenanceRepository.deleteOldUsage()) > 0);
    expect(await outcomes()).toHaveLength(1);
    const { days } = await replica.usage.getUsage(tenant, { from: '2026-11-23' });
    expect(days.filter(({ queries }) => queries > 0)).toHaveLength(2);
  });

  it('names who asked within 7 days, who asked last first, over the end of a month', async () => {
    clock.time = new Date('2028-02-24T12:00:00Z');
    const others = await Promise.all(['b', 'c', 'd'].map((end) => addTenant(database, `${tenant}-${end}`)));
    await (await replica.admit(others[0]!, 1)).settle(aUsageRecord());
    clock.advance(1);
    await (await replica.admit(others[1]!, 1)).settle(aUsageRecord());
    clock.advance(2 * dayMs);
    await (await admit()).settle(aUsageRecord());
    await replica.admit(others[2]!, 1);
    clock.advance(5 * dayMs);
    expect(await replica.activity.listRecentlyActive(10)).toEqual([tenant, others[1]]);
    expect(await replica.activity.listRecentlyActive(1)).toEqual([tenant]);
    await (await replica.admit(others[1]!, 1)).settle(aUsageRecord());
    expect(await replica.activity.listRecentlyActive(10)).toEqual([others[1], tenant]);
  });

  it('shows the highest spenders of the month', async () => {
    clock.time = new Date('2029-03-01T00:00:00Z');
    const other = await addTenant(database, `${tenant}-b`);
    await (await admit()).settle(aUsageRecord({ costUsd: 0.5 }));
    await (await replica.admit(other, 2)).settle(aUsageRecord({ costUsd: 1.5 }));
    await replica.admit(other, 0.25);
    expect(await replica.maintenanceRepository.listTopSpenders(1)).toEqual([
      { tenant_id: other, spent_usd: 1.5, reserved_usd: 0.25 },
    ]);
    await replica.maintenance.run();
    await expect(replica.metrics.toPrometheusText()).resolves.toContain(
      `metering_spent_usd{tenant_id="${tenant}"} 0.5`,
    );
  });

  it('knows no tenant that is not there, and forgets one that is deleted', async () => {
    await expect(replica.admit('nobody', 1)).rejects.toMatchObject({ slug: 'not-found' });
    const reservation = await admit();
    await database.asPlatform(tenant, () => database.query('SELECT attune_delete_tenant($1)', [tenant]));
    await expect(reservation.settle(aUsageRecord())).rejects.toMatchObject({ slug: 'not-found' });
    expect(await outcomes()).toEqual([]);
    expect(await standing()).toMatchObject({ used: 0, spent_usd: 0, reserved_usd: 0 });
  });

  it.each([-1, Number.NaN])('takes %p for no amount of money', async (amount) => {
    await expect(admit(amount)).rejects.toThrow(RangeError);
    expect(await standing()).toMatchObject({ used: 0 });
  });
});
