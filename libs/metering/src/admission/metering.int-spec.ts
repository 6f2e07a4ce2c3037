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
import {
  type OpenedDatabases,
  addTenant,
  databaseKinds,
  readRows,
} from '../../testing/metering-databases.js';

const dayMs = 86_400_000;

Logger.overrideLogger(false);

describe.each(databaseKinds)('MeteringService on %s', (_name, open) => {
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

  const snapshot = () => replica.usageSnapshot(tenant);
  const admit = (maxCostUsd = 1) => replica.admit(tenant, maxCostUsd);

  it('MeteringService reserves the maximum cost of a query until it is settled, and then counts the actual cost', async () => {
    const reservation = await admit(0.25);
    expect(await snapshot()).toMatchObject({ used: 1, spent_usd: 0, reserved_usd: 0.25 });
    await reservation.settle(aUsageRecord({ costUsd: 0.0301 }));
    expect(await snapshot()).toMatchObject({ used: 1, spent_usd: 0.0301, reserved_usd: 0 });
  });

  it('the ledger adds up costs exactly where floating-point numbers cannot', async () => {
    for (let query = 0; query < 10; query += 1)
      await (await admit(0.1)).settle(aUsageRecord({ costUsd: 0.1 }));
    expect((await snapshot()).spent_usd).toBe(1);
  });

  it('a budget is spent to the last nano-dollar and no further', async () => {
    limits.set({ monthlyBudgetUsd: 0.3 });
    await (await admit(0.1)).settle(aUsageRecord({ costUsd: 0.1 }));
    await admit(0.2);
    await expect(admit(0.000000001)).rejects.toMatchObject({ slug: 'budget-exceeded' });
  });

  it('MeteringService refuses a query that could exceed the budget, and reports the budget, the spending and the reservations', async () => {
    limits.set({ monthlyBudgetUsd: 2 });
    await (await admit(1)).settle(aUsageRecord({ costUsd: 0.5 }));
    await admit(1);
    await expect(admit(1)).rejects.toMatchObject({
      slug: 'budget-exceeded',
      details: { budget_usd: 2, spent_usd: 0.5, reserved_usd: 1, resets_at: '2026-12-01T00:00:00.000Z' },
    });
    expect(await snapshot()).toMatchObject({ used: 2, spent_usd: 0.5, reserved_usd: 1 });
    await expect(replica.metrics.toPrometheusText()).resolves.toContain(
      `metering_budget_refusals_total{tenant_id="${tenant}"} 1`,
    );
  });

  it('MeteringService refuses queries above the daily quota until the next day (UTC)', async () => {
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
    expect(await snapshot()).toMatchObject({ used: 1 });
  });

  it('each month begins with the whole budget, and a query is settled in the month in which it was admitted', async () => {
    limits.set({ monthlyBudgetUsd: 1 });
    clock.time = new Date('2026-12-31T23:59:59Z');
    const old = await admit(1);
    clock.advance(1_000);
    const fresh = await admit(1);
    expect(await snapshot()).toMatchObject({ used: 1, spent_usd: 0, reserved_usd: 1 });
    await old.settle(aUsageRecord({ costUsd: 0.9 }));
    expect(await snapshot()).toMatchObject({ spent_usd: 0, reserved_usd: 1 });
    await fresh.settle(aUsageRecord({ costUsd: 0.4 }));
    expect(await snapshot()).toMatchObject({ spent_usd: 0.4, reserved_usd: 0 });
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

  it('MeteringService never refuses a query under an unlimited budget, and still counts the spending', async () => {
    limits.set({ monthlyBudgetUsd: 'unlimited' });
    await (await admit(900_000)).settle(aUsageRecord({ costUsd: 900_000 }));
    await (await admit(900_000)).settle(aUsageRecord({ costUsd: 900_000 }));
    expect((await snapshot()).spent_usd).toBe(1_800_000);
  });

  it('a budget lowered below the spending refuses queries that cost money and admits free ones', async () => {
    await (await admit(5)).settle(aUsageRecord({ costUsd: 5 }));
    limits.set({ monthlyBudgetUsd: 3 });
    await expect(admit(0.01)).rejects.toMatchObject({ details: { budget_usd: 3, spent_usd: 5 } });
    await admit(0);
    limits.set({ monthlyBudgetUsd: 0 });
    await admit(0);
    await expect(admit(0.01)).rejects.toMatchObject({ slug: 'budget-exceeded' });
  });

  it("a quota lowered below today's usage refuses every further query", async () => {
    await admit();
    await admit();
    limits.set({ maxQueriesPerDay: 1 });
    await expect(admit()).rejects.toMatchObject({ slug: 'quota-exceeded', details: { limit: 1 } });
  });

  it('a reservation that is not settled expires, its query is marked unsettled, and a later settlement still counts', async () => {
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
    expect(await snapshot()).toMatchObject({ used: 2, spent_usd: 0.7, reserved_usd: 0 });
    await expect(replica.metrics.toPrometheusText()).resolves.toMatch(
      /metering_unsettled_total [1-9][^]*metering_late_settlements_total 1/,
    );
  });

  async function outcomes(): Promise<(string | null)[]> {
    const sql = 'SELECT outcome FROM usage_log WHERE tenant_id = $1 ORDER BY id';
    const rows = await readRows<{ outcome: string | null }>(database, sql, [tenant]);
    return rows.map(({ outcome }) => outcome);
  }

  it('Reservation settles a query once, however often settle and release are called', async () => {
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
    expect((await snapshot()).spent_usd).toBe(row?.cost);
  });

  it('the ledger counts a cost above the reservation in full, and a metric reports the overrun', async () => {
    await (await admit(0.1)).settle(aUsageRecord({ costUsd: 0.15 }));
    expect((await snapshot()).spent_usd).toBe(0.15);
    await expect(replica.metrics.toPrometheusText()).resolves.toContain(
      `metering_overruns_total{tenant_id="${tenant}"} 1`,
    );
  });

  it('the usage log has one row for every query, without its text', async () => {
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

  it('deleteOldUsage removes log rows after 90 days and keeps the daily totals', async () => {
    await (await admit(1)).settle(aUsageRecord());
    clock.advance(60 * dayMs);
    await (await admit(1)).settle(aUsageRecord());
    clock.advance(30 * dayMs + 1);
    while ((await replica.maintenanceRepository.deleteOldUsage()) > 0);
    expect(await outcomes()).toHaveLength(1);
    const { days } = await replica.usage.getUsage(tenant, { from: '2026-11-23' });
    expect(days.filter(({ queries }) => queries > 0)).toHaveLength(2);
  });

  it('listRecentlyActive returns the tenants of the last 7 days, the most recent first, also across the end of a month', async () => {
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

  it('listTopSpenders and the metrics show the highest spenders of the month', async () => {
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

  it('MeteringService answers not-found for an unknown tenant, and for the reservation of a deleted one', async () => {
    await expect(replica.admit('nobody', 1)).rejects.toMatchObject({ slug: 'not-found' });
    const reservation = await admit();
    await database.asPlatform(tenant, () => database.query('SELECT attune_delete_tenant($1)', [tenant]));
    await expect(reservation.settle(aUsageRecord())).rejects.toMatchObject({ slug: 'not-found' });
    expect(await outcomes()).toEqual([]);
    expect(await snapshot()).toMatchObject({ used: 0, spent_usd: 0, reserved_usd: 0 });
  });

  it("a reservation has the version of the tenant's data, and null where there is no data", async () => {
    expect((await admit()).dataVersion).toBeNull();
    const change = (sql: string) => database.asTenant(tenant, () => database.query(sql));
    await change('INSERT INTO corpora (tenant_id) VALUES (attune_current_tenant())');
    expect((await admit()).dataVersion).toBe(1);
    await change('UPDATE corpora SET documents = documents + 1');
    expect((await admit()).dataVersion).toBe(2);
  });

  it.each([-1, Number.NaN])('MeteringService refuses %p as an amount of money', async (amount) => {
    await expect(admit(amount)).rejects.toThrow(RangeError);
    expect(await snapshot()).toMatchObject({ used: 0 });
  });
});
