import { DomainError } from '#kernel';
import { waitFor } from '#testing';
import {
  type MeteringReplica,
  FakeLedgerClock,
  FakeTenantLimits,
  aUsageRecord,
  aMeteringReplica,
  afterExpiryMs,
} from '../../testing/metering-replica.js';
import { type OpenedDatabases, addTenant, openServer } from '../../testing/metering-databases.js';
import type { Reservation } from './reservation.js';

/** Each replica sends one query of a tenant at a time; several replicas a database make the database itself see concurrency. */
const replicaCount = 6;

/** Three pools of connections on one Postgres. */
describe('MeteringService on several replicas', () => {
  let opened: OpenedDatabases;
  let clock: FakeLedgerClock;
  let limits: FakeTenantLimits;
  let replicas: MeteringReplica[];
  let tenant: string;
  let count = 0;

  beforeAll(async () => {
    opened = await openServer(4);
  });
  afterAll(() => opened.close());

  beforeEach(async () => {
    clock = new FakeLedgerClock();
    limits = new FakeTenantLimits({
      maxQueriesPerDay: 100_000,
      maxQueriesPerMinute: 'unlimited',
      monthlyBudgetUsd: 'unlimited',
    });
    const three = opened.replicas.slice(0, 3);
    replicas = Array.from({ length: replicaCount }, () => three)
      .flat()
      .map((database) => aMeteringReplica(database, clock, limits));
    tenant = await addTenant(opened.replicas[0]!, `tenant-${(count += 1)}`);
  });

  const replicaOf = (query: number) => replicas[query % replicas.length]!;
  const snapshot = () => replicas[0]!.usageSnapshot(tenant);

  /** Sends so many queries at once, each to the next replica; returns the slugs of the refusals. */
  async function runConcurrently(
    queries: number,
    ask: (admit: () => Promise<Reservation>, query: number) => Promise<void>,
    maxCostUsd = 0.1,
  ): Promise<string[]> {
    const work = async (query: number): Promise<string | null> => {
      try {
        await ask(() => replicaOf(query).admit(tenant, maxCostUsd), query);
        return null;
      } catch (error) {
        if (error instanceof DomainError) return error.slug;
        throw error;
      }
    };
    const ended = await Promise.all(Array.from({ length: queries }, (_, query) => work(query)));
    return ended.filter((slug) => slug !== null);
  }

  /** Repeats the check on another connection until the work is done. */
  async function checkWhile<T>(work: Promise<T>, check: () => Promise<void>): Promise<T> {
    const done = new AbortController();
    const checking = (async () => {
      let checks = 0;
      for (; !done.signal.aborted || checks === 0; checks += 1) await check();
      return checks;
    })();
    const result = await work.finally(() => done.abort());
    expect(await checking).toBeGreaterThan(0);
    return result;
  }

  async function expectWithinBudget(budgetUsd: number): Promise<void> {
    const { spent_usd: spent, reserved_usd: reserved } = await snapshot();
    expect(Math.round((spent + reserved) * 1e9)).toBeLessThanOrEqual(budgetUsd * 1e9);
  }

  it('replicas together admit exactly the 50 of 500 concurrent queries that the budget pays for', async () => {
    limits.set({ monthlyBudgetUsd: 5 });
    const refused = await checkWhile(
      runConcurrently(500, async (admit) => void (await admit())),
      () => expectWithinBudget(5),
    );
    expect(refused).toEqual(Array.from({ length: 450 }, () => 'budget-exceeded'));
    expect(await snapshot()).toMatchObject({ used: 50, spent_usd: 0, reserved_usd: 5 });
  });

  it('replicas together admit exactly the 50 of 500 concurrent queries that the daily quota allows', async () => {
    limits.set({ maxQueriesPerDay: 50 });
    const refused = await checkWhile(
      runConcurrently(500, async (admit) => void (await admit())),
      async () => expect((await snapshot()).used).toBeLessThanOrEqual(50),
    );
    expect(refused).toEqual(Array.from({ length: 450 }, () => 'quota-exceeded'));
    expect((await snapshot()).used).toBe(50);
  });

  it('replicas together admit exactly the 40 of 300 concurrent queries that a minute allows, and as many in the next minute', async () => {
    limits.set({ maxQueriesPerMinute: 40 });
    const ask = async (admit: () => Promise<Reservation>): Promise<void> => void (await admit());
    expect(await runConcurrently(300, ask)).toEqual(Array.from({ length: 260 }, () => 'rate-limited'));
    expect((await snapshot()).used).toBe(40);
    clock.advance(60_000);
    expect(await runConcurrently(100, ask)).toHaveLength(60);
    expect((await snapshot()).used).toBe(80);
  });

  it('a query beyond the rate is refused with the seconds until the next minute of the clock', async () => {
    clock.time = new Date('2026-11-23T20:00:17.500Z');
    limits.set({ maxQueriesPerMinute: 1 });
    await replicaOf(0).admit(tenant, 0.1);
    await expect(replicaOf(1).admit(tenant, 0.1)).rejects.toMatchObject({
      slug: 'rate-limited',
      details: {
        limit: 1,
        remaining: 0,
        resets_at: '2026-11-23T20:01:00.000Z',
        retry_after_s: 43,
        policy: { name: 'queries', window_s: 60 },
      },
    });
  });

  it('queries are counted by the minute before a rate is set, and those of the release before, too', async () => {
    await replicaOf(0).admit(tenant, 0.1);
    const none = `'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'`;
    const text = `SELECT attune_write_ledger(${none}, ARRAY[$1], '{7}', '{ann}', '{1}', '{10}', '{null}', '{0}', '{1000}', true, $2)`;
    const values = [tenant, clock.time];
    await opened.replicas[0]!.runStandalone({ name: 'release before', text, values });
    limits.set({ maxQueriesPerMinute: 3 });
    await replicaOf(0).admit(tenant, 0.1);
    await expect(replicaOf(1).admit(tenant, 0.1)).rejects.toMatchObject({ slug: 'rate-limited' });
  });

  it('replicas admit more queries when queries cost less than reserved, and never exceed the budget', async () => {
    limits.set({ monthlyBudgetUsd: 2 });
    const settleCheaper = async (admit: () => Promise<Reservation>): Promise<void> =>
      (await admit()).settle(aUsageRecord({ costUsd: 0.01 }));
    const inWaves = async (): Promise<number> => {
      let refused = 0;
      for (let wave = 0; wave < 10; wave += 1) refused += (await runConcurrently(40, settleCheaper)).length;
      return 400 - refused;
    };
    const answered = await checkWhile(inWaves(), () => expectWithinBudget(2));
    expect(answered).toBeGreaterThan(20);
    expect(await snapshot()).toMatchObject({ used: answered, spent_usd: answered / 100, reserved_usd: 0 });
    // The rest pays for more queries, one after the other, until a whole reservation does not fit any more.
    let more = answered;
    while ((await runConcurrently(1, settleCheaper)).length === 0) more += 1;
    expect(await snapshot()).toMatchObject({ used: more, spent_usd: 1.91, reserved_usd: 0 });
  });

  it('replicas stay within the budget while calls fail and workers are killed, and have exactly the rest after expiry', async () => {
    limits.set({ monthlyBudgetUsd: 10 });
    let spent = 0;
    const failOrSettle = async (admit: () => Promise<Reservation>, query: number): Promise<void> => {
      const reservation = await admit();
      if (query % 3 === 0) return;
      if (query % 10 < 3) return reservation.release('failed', 5);
      await reservation.settle(aUsageRecord({ costUsd: 0.05 }));
      spent += 0.05;
    };
    await checkWhile(runConcurrently(300, failOrSettle), () => expectWithinBudget(10));
    const { used, reserved_usd: reserved } = await snapshot();
    expect(reserved).toBeGreaterThan(0);
    clock.advance(afterExpiryMs);
    await Promise.all(
      replicas.map(({ maintenanceRepository }) => maintenanceRepository.expireReservations()),
    );
    const spentUsd = Math.round(spent * 100) / 100;
    expect(await snapshot()).toMatchObject({ used, spent_usd: spentUsd, reserved_usd: 0 });
    const room = Math.floor((10 - spentUsd + 1e-9) / 0.1);
    const refused = await runConcurrently(room + 20, async (admit) => void (await admit()));
    expect(refused).toHaveLength(20);
  });

  it('replicas together expire each reservation once', async () => {
    await runConcurrently(60, async (admit) => void (await admit()));
    clock.advance(afterExpiryMs);
    const counts = await Promise.all(
      replicas.map(({ maintenanceRepository }) => maintenanceRepository.expireReservations()),
    );
    expect(counts.reduce((sum, each) => sum + each)).toBe(60);
  });

  it('replicas of this release and of the one before together admit exactly the 50 queries that the budget pays for', async () => {
    limits.set({ monthlyBudgetUsd: 5 });
    const sql = `SELECT refusal, log_id FROM attune_admit_query(100000, 5000000000, 100000000, 31000, 'ann', 7, $1)`;
    const settleSql = `SELECT attune_settle_query($1, 'answered', 'gpt-4', 800, 100, 50000000, 611, $2) AS result`;
    const old = opened.replicas[3]!;
    const run = <Row>(text: string, values: unknown[]) =>
      old.asTenant(tenant, async () => (await old.query<Row>(text, values))[0]!);
    const asking = Array.from({ length: 100 }, () =>
      run<{ refusal: string | null; log_id: string }>(sql, [clock.time]),
    );
    const reservations: Reservation[] = [];
    const refused = await runConcurrently(100, async (admit) => void reservations.push(await admit()));
    const oldLines = (await Promise.all(asking)).filter(({ refusal }) => refusal === null);
    expect(oldLines.length + reservations.length).toBe(50);
    expect(refused).toHaveLength(100 - reservations.length);
    await Promise.all([
      ...oldLines.map(({ log_id: id }) => run(settleSql, [id, clock.time])),
      ...reservations.map((reservation) => reservation.settle(aUsageRecord({ costUsd: 0.05 }))),
    ]);
    expect(await snapshot()).toMatchObject({ used: 50, spent_usd: 2.5, reserved_usd: 0 });
  });

  it('running queries and the deletion of their tenant do not block each other', async () => {
    let answered = 0;
    const running = runConcurrently(90, async (admit) => {
      await (await admit()).settle(aUsageRecord());
      answered += 1;
    });
    await waitFor(() => answered > 10);
    const remover = opened.replicas[3]!;
    const remove = () =>
      remover.query<{ gone: boolean }>('SELECT attune_delete_tenant($1) AS gone', [tenant]);
    await expect(remover.asPlatform(tenant, remove)).resolves.toEqual([{ gone: true }]);
    const refused = await running;
    expect(refused).toEqual(Array.from({ length: 90 - answered }, () => 'not-found'));
    expect(await snapshot()).toMatchObject({ used: 0, spent_usd: 0, reserved_usd: 0 });
  });
});
