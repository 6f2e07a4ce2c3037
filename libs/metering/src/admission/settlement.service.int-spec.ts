import { Logger } from '@nestjs/common';
import { Metrics } from '#telemetry';
import {
  type MeteringReplica,
  FakeLedgerClock,
  FakeTenantLimits,
  aUsageRecord,
  aMeteringReplica,
  afterExpiryMs,
} from '../../testing/metering-replica.js';
import { type OpenedDatabases, addTenant, openServer } from '../../testing/metering-databases.js';
import { UnreliableLedgerRepository } from '../../testing/unreliable-ledger.repository.js';
import { MeteringMetrics } from './metering-metrics.js';
import { SettlementService } from './settlement.service.js';

Logger.overrideLogger(false);

describe('settlements while the database is away', () => {
  const clock = new FakeLedgerClock();
  let opened: OpenedDatabases;
  let replica: MeteringReplica;
  let ledger: UnreliableLedgerRepository;
  let metrics: Metrics;
  let settlements: SettlementService;
  let tenantId: string;
  let count = 0;

  beforeAll(async () => {
    opened = await openServer(1);
  });
  afterAll(() => opened.close());

  beforeEach(async () => {
    const database = opened.replicas[0]!;
    replica = aMeteringReplica(database, clock, new FakeTenantLimits());
    ledger = new UnreliableLedgerRepository(database, clock);
    metrics = new Metrics();
    settlements = new SettlementService(ledger, new MeteringMetrics(metrics));
    tenantId = await addTenant(database, `tenant-${(count += 1)}`);
  });

  async function anAdmittedQuery(): Promise<string> {
    const { maxQueriesPerDay, monthlyBudgetUsd } = await new FakeTenantLimits().getLimits();
    const input = {
      tenantId,
      maxQueriesPerDay,
      monthlyBudgetUsd,
      userId: 'a',
      configVersion: 1,
      maxCostUsd: 1,
    };
    const admission = await ledger.admit({ ...input, reservationTtlMs: afterExpiryMs });
    return admission!.log_id!;
  }

  async function expectWaiting(waiting: number): Promise<void> {
    await expect(metrics.toPrometheusText()).resolves.toContain(`metering_settlements_waiting ${waiting}`);
  }

  it.each(['before', 'after'] as const)(
    'are refused, kept, and written once when it is back, had it gone %s the statement',
    async (moment) => {
      const logId = await anAdmittedQuery();
      ledger.failsAt = moment;
      const settling = settlements.settle({ tenantId, logId, usage: aUsageRecord({ costUsd: 0.4 }) });
      await expect(settling).rejects.toMatchObject({ slug: 'unavailable' });
      await settlements.retryPending();
      await expectWaiting(1);
      ledger.failsAt = null;
      await settlements.retryPending();
      await expectWaiting(0);
      expect(await replica.usageSnapshot(tenantId)).toMatchObject({ spent_usd: 0.4, reserved_usd: 0 });
    },
  );

  it('are given up for a tenant that is gone, and go on with the next', async () => {
    const database = opened.replicas[0]!;
    const gone = { tenantId, logId: await anAdmittedQuery(), usage: aUsageRecord() };
    tenantId = await addTenant(database, `${tenantId}-b`);
    const left = { tenantId, logId: await anAdmittedQuery(), usage: aUsageRecord({ costUsd: 0.2 }) };
    ledger.failsAt = 'before';
    for (const due of [gone, left])
      await expect(settlements.settle(due)).rejects.toMatchObject({ slug: 'unavailable' });
    await database.asPlatform(gone.tenantId, () =>
      database.query('SELECT attune_delete_tenant($1)', [gone.tenantId]),
    );
    ledger.failsAt = null;
    await settlements.retryPending();
    await expectWaiting(0);
    expect(await replica.usageSnapshot(left.tenantId)).toMatchObject({ spent_usd: 0.2 });
  });
});
