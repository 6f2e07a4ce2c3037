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
import { LedgerMetrics } from '../ledger/ledger-metrics.js';
import { MeteringMetrics } from './metering-metrics.js';
import { SettlementService } from './settlement.service.js';

Logger.overrideLogger(false);

describe('SettlementService', () => {
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
    metrics = new Metrics();
    ledger = new UnreliableLedgerRepository(database, clock, new LedgerMetrics(metrics));
    settlements = new SettlementService(ledger, new MeteringMetrics(metrics));
    tenantId = await addTenant(database, `tenant-${(count += 1)}`);
  });

  async function anAdmittedQuery(): Promise<string> {
    const input = {
      tenantId,
      ...(await new FakeTenantLimits().getLimits()),
      userId: 'a',
      configVersion: 1,
      maxCostUsd: 1,
    };
    const admission = await ledger.admit({ ...input, reservationTtlMs: afterExpiryMs });
    return admission!.log_id!;
  }

  async function expectPending(expected: number): Promise<void> {
    await expect(metrics.toPrometheusText()).resolves.toContain(`metering_settlements_waiting ${expected}`);
  }

  it.each(['before', 'after'] as const)(
    'SettlementService keeps a settlement when the database fails %s the statement, and writes it once later',
    async (moment) => {
      const logId = await anAdmittedQuery();
      ledger.failsAt = moment;
      const settling = settlements.settle({ tenantId, logId, usage: aUsageRecord({ costUsd: 0.4 }) });
      await expect(settling).rejects.toMatchObject({ slug: 'unavailable' });
      await settlements.retryPending();
      await expectPending(1);
      ledger.failsAt = null;
      await settlements.retryPending();
      await expectPending(0);
      expect(await replica.usageSnapshot(tenantId)).toMatchObject({ spent_usd: 0.4, reserved_usd: 0 });
    },
  );

  it('SettlementService drops the settlement of a deleted tenant and writes the next one', async () => {
    const database = opened.replicas[0]!;
    const ofDeletedTenant = { tenantId, logId: await anAdmittedQuery(), usage: aUsageRecord() };
    tenantId = await addTenant(database, `${tenantId}-b`);
    const ofOtherTenant = { tenantId, logId: await anAdmittedQuery(), usage: aUsageRecord({ costUsd: 0.2 }) };
    ledger.failsAt = 'before';
    for (const settlement of [ofDeletedTenant, ofOtherTenant])
      await expect(settlements.settle(settlement)).rejects.toMatchObject({ slug: 'unavailable' });
    await database.asPlatform(ofDeletedTenant.tenantId, () =>
      database.query('SELECT attune_delete_tenant($1)', [ofDeletedTenant.tenantId]),
    );
    ledger.failsAt = null;
    await settlements.retryPending();
    await expectPending(0);
    expect(await replica.usageSnapshot(ofOtherTenant.tenantId)).toMatchObject({ spent_usd: 0.2 });
  });
});
