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

/** Each takes one query of a tenant at a time: several on every database, so that the database itself is tried. */
const replicaCount = 6;

/** Three replicas, each with its own connections, on one Postgres. */
describe('three replicas that meter at once', () => {
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
    limits = new FakeTenantLimits({ maxQueriesPerDay: 100_000, monthlyBudgetUsd: 'unlimited' });
    const three = opened.replicas.slice(0, 3);
    replicas = Array.from({ length: replicaCount }, () => three)
      .flat()
      .map((database) => aMeteringReplica(database, clock, limits));
    tenant = await addTenant(opened.replicas[0]!, `tenant-${(count += 1)}`);
  });

  const replicaOf = (query: number) => replicas[query % replicas.length]!;
  const standing = () => replicas[0]!.usageSnapshot(tenant);

  /** So many queries at once, each at the next replica; the slugs of those that were refused. */
  async function atOnce(
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

  /** Looks on while the work goes on, from a connection of its own. */
  async function watching<T>(work: Promise<T>, look: () => Promise<void>): Promise<T> {
    const done = new AbortController();
    const looked = (async () => {
      let looks = 0;
      for (; !done.signal.aborted || looks === 0; looks += 1) await look();
      return looks;
    })();
    const result = await work.finally(() => done.abort());
    expect(await looked).toBeGreaterThan(0);
    return result;
  }

  async function expectWithin(budgetUsd: number): Promise<void> {
    const { spent_usd: spent, reserved_usd: reserved } = await standing();
    expect(Math.round((spent + reserved) * 1e9)).toBeLessThanOrEqual(budgetUsd * 1e9);
  }

  it('admit exactly the 50 of 500 that a budget pays for', async () => {
    limits.set({ monthlyBudgetUsd: 5 });
    const refused = await watching(
      atOnce(500, async (admit) => void (await admit())),
      () => expectWithin(5),
    );
    expect(refused).toEqual(Array.from({ length: 450 }, () => 'budget-exceeded'));
    expect(await standing()).toMatchObject({ used: 50, spent_usd: 0, reserved_usd: 5 });
  });

  it('admit exactly the 50 of 500 that a day has', async () => {
    limits.set({ maxQueriesPerDay: 50 });
    const refused = await watching(
      atOnce(500, async (admit) => void (await admit())),
      async () => expect((await standing()).used).toBeLessThanOrEqual(50),
    );
    expect(refused).toEqual(Array.from({ length: 450 }, () => 'quota-exceeded'));
    expect((await standing()).used).toBe(50);
  });

  it('let more in when queries end cheaper, and never exceed the budget', async () => {
    limits.set({ monthlyBudgetUsd: 2 });
    const settleCheaper = async (admit: () => Promise<Reservation>): Promise<void> =>
      (await admit()).settle(aUsageRecord({ costUsd: 0.01 }));
    const inWaves = async (): Promise<number> => {
      let refused = 0;
      for (let wave = 0; wave < 10; wave += 1) refused += (await atOnce(40, settleCheaper)).length;
      return 400 - refused;
    };
    const answered = await watching(inWaves(), () => expectWithin(2));
    expect(answered).toBeGreaterThan(20);
    expect(await standing()).toMatchObject({ used: answered, spent_usd: answered / 100, reserved_usd: 0 });
    // What is left pays for a tenth as many again, one after the other, until a whole reservation does not fit.
    let more = answered;
    while ((await atOnce(1, settleCheaper)).length === 0) more += 1;
    expect(await standing()).toMatchObject({ used: more, spent_usd: 1.91, reserved_usd: 0 });
  });

  it('stay within the budget while calls fail and workers are killed, and have it back exactly after expiry', async () => {
    limits.set({ monthlyBudgetUsd: 10 });
    let spent = 0;
    const course = async (admit: () => Promise<Reservation>, query: number): Promise<void> => {
      const reservation = await admit();
      if (query % 3 === 0) return;
      if (query % 10 < 3) return reservation.release('failed', 5);
      await reservation.settle(aUsageRecord({ costUsd: 0.05 }));
      spent += 0.05;
    };
    await watching(atOnce(300, course), () => expectWithin(10));
    const { used, reserved_usd: reserved } = await standing();
    expect(reserved).toBeGreaterThan(0);
    clock.advance(afterExpiryMs);
    await Promise.all(replicas.map(({ maintenanceRepository: upkeep }) => upkeep.expireReservations()));
    const spentUsd = Math.round(spent * 100) / 100;
    expect(await standing()).toMatchObject({ used, spent_usd: spentUsd, reserved_usd: 0 });
    const room = Math.floor((10 - spentUsd + 1e-9) / 0.1);
    const refused = await atOnce(room + 20, async (admit) => void (await admit()));
    expect(refused).toHaveLength(20);
  });

  it('give up an expired reservation once between them', async () => {
    await atOnce(60, async (admit) => void (await admit()));
    clock.advance(afterExpiryMs);
    const counts = await Promise.all(
      replicas.map(({ maintenanceRepository: upkeep }) => upkeep.expireReservations()),
    );
    expect(counts.reduce((sum, each) => sum + each)).toBe(60);
  });

  it('do not stand in the way of a deletion, nor it in theirs', async () => {
    let answered = 0;
    const asked = atOnce(90, async (admit) => {
      await (await admit()).settle(aUsageRecord());
      answered += 1;
    });
    await waitFor(() => answered > 10);
    const remover = opened.replicas[3]!;
    const remove = () =>
      remover.query<{ gone: boolean }>('SELECT attune_delete_tenant($1) AS gone', [tenant]);
    await expect(remover.asPlatform(tenant, remove)).resolves.toEqual([{ gone: true }]);
    const refused = await asked;
    expect(refused).toEqual(Array.from({ length: 90 - answered }, () => 'not-found'));
    expect(await standing()).toMatchObject({ used: 0, spent_usd: 0, reserved_usd: 0 });
  });
});
