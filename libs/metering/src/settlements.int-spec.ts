import { Logger } from '@nestjs/common';
import { Metrics } from '#telemetry';
import {
  type LedgerReplica,
  SetClock,
  SetLimits,
  aBill,
  aReplica,
  beyondExpiryMs,
} from '../testing/a-replica.js';
import { type OpenedDatabases, addTenant, openServer } from '../testing/databases.js';
import { UnreliableLedger } from '../testing/unreliable-ledger.js';
import { MeteringMetrics } from './metering-metrics.js';
import { Settlements } from './settlements.js';

Logger.overrideLogger(false);

describe('settlements while the database is away', () => {
  const clock = new SetClock();
  let opened: OpenedDatabases;
  let replica: LedgerReplica;
  let ledger: UnreliableLedger;
  let metrics: Metrics;
  let settlements: Settlements;
  let tenantId: string;
  let count = 0;

  beforeAll(async () => {
    opened = await openServer(1);
  });
  afterAll(() => opened.close());

  beforeEach(async () => {
    const database = opened.replicas[0]!;
    replica = aReplica(database, clock, new SetLimits());
    ledger = new UnreliableLedger(database, clock);
    metrics = new Metrics();
    settlements = new Settlements(ledger, new MeteringMetrics(metrics));
    tenantId = await addTenant(database, `tenant-${(count += 1)}`);
  });

  async function anAdmittedQuery(): Promise<string> {
    const { maxQueriesPerDay, monthlyBudgetUsd } = await new SetLimits().limitsOf();
    const order = {
      tenantId,
      maxQueriesPerDay,
      monthlyBudgetUsd,
      userId: 'a',
      configVersion: 1,
      dearestCostUsd: 1,
    };
    const admission = await ledger.admit({ ...order, heldMs: beyondExpiryMs });
    return admission!.log_id!;
  }

  async function expectWaiting(waiting: number): Promise<void> {
    await expect(metrics.text()).resolves.toContain(`metering_settlements_waiting ${waiting}`);
  }

  it.each(['before', 'after'] as const)(
    'are refused, kept, and written once when it is back, had it gone %s the statement',
    async (moment) => {
      const logId = await anAdmittedQuery();
      ledger.goesAway = moment;
      const settling = settlements.settle({ tenantId, logId, bill: aBill({ costUsd: 0.4 }) });
      await expect(settling).rejects.toMatchObject({ slug: 'unavailable' });
      await settlements.retry();
      await expectWaiting(1);
      ledger.goesAway = null;
      await settlements.retry();
      await expectWaiting(0);
      expect(await replica.standing(tenantId)).toMatchObject({ spent_usd: 0.4, reserved_usd: 0 });
    },
  );

  it('are given up for a tenant that is gone, and go on with the next', async () => {
    const database = opened.replicas[0]!;
    const gone = { tenantId, logId: await anAdmittedQuery(), bill: aBill() };
    tenantId = await addTenant(database, `${tenantId}-b`);
    const left = { tenantId, logId: await anAdmittedQuery(), bill: aBill({ costUsd: 0.2 }) };
    ledger.goesAway = 'before';
    for (const due of [gone, left])
      await expect(settlements.settle(due)).rejects.toMatchObject({ slug: 'unavailable' });
    await database.asPlatform(gone.tenantId, () =>
      database.query('SELECT attune_delete_tenant($1)', [gone.tenantId]),
    );
    ledger.goesAway = null;
    await settlements.retry();
    await expectWaiting(0);
    expect(await replica.standing(left.tenantId)).toMatchObject({ spent_usd: 0.2 });
  });
});
