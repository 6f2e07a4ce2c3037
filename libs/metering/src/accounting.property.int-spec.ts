import fc from 'fast-check';
import {
  type LedgerReplica,
  SetClock,
  SetLimits,
  aBill,
  aReplica,
  beyondExpiryMs,
} from '../testing/a-replica.js';
import { type OpenedDatabases, addTenant, openServer } from '../testing/databases.js';
import type { Reservation } from './reservation.js';

type Act =
  | { readonly act: 'admit'; readonly nano: number }
  /** Ends one of the queries that were admitted, be it expired or over already. */
  | { readonly act: 'settle'; readonly which: number; readonly share: number }
  | { readonly act: 'release'; readonly which: number }
  | { readonly act: 'sweep' }
  | { readonly act: 'pass'; readonly ms: number }
  | { readonly act: 'limit'; readonly quota: number; readonly budget: number | 'unlimited' };

const minute = 60_000;
const acts: fc.Arbitrary<Act> = fc.oneof(
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
      ms: fc.constantFrom(1, 20_000, beyondExpiryMs, 20 * 60 * minute, 20 * 24 * 60 * minute),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('limit' as const),
      quota: fc.integer({ min: 1, max: 6 }),
      budget: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constant('unlimited' as const)),
    }),
  },
);

interface Query {
  readonly nano: number;
  readonly time: number;
  cost: number | null;
}

/** The rules of SPEC §4.7 said once more, over a list of all queries, in nano-dollars. */
class Model {
  readonly queries: Query[] = [];
  quota = 4;
  budget: number | 'unlimited' = 600;

  constructor(private readonly clock: SetClock) {}

  get used(): number {
    return this.queries.filter(({ time }) => this.isSame(time, 10)).length;
  }

  get spent(): number {
    return this.sum(({ time, cost }) => (this.isSame(time, 7) ? (cost ?? 0) : 0));
  }

  get held(): number {
    const now = this.clock.time.getTime();
    return this.sum(({ time, cost, nano }) =>
      this.isSame(time, 7) && cost === null && time + beyondExpiryMs > now ? nano : 0,
    );
  }

  refusal(nano: number): string | null {
    if (this.used >= this.quota) return 'quota-exceeded';
    const isPaid = nano === 0 || this.budget === 'unlimited' || this.spent + this.held + nano <= this.budget;
    return isPaid ? null : 'budget-exceeded';
  }

  /** Of one day, or of one month, by the length of what they share. */
  private isSame(time: number, characters: number): boolean {
    return (
      new Date(time).toISOString().slice(0, characters) === this.clock.time.toISOString().slice(0, characters)
    );
  }

  private sum(of: (query: Query) => number): number {
    return this.queries.reduce((total, query) => total + of(query), 0);
  }
}

describe('the ledger', () => {
  let opened: OpenedDatabases;
  let count = 0;

  beforeAll(async () => {
    opened = await openServer(2);
  });
  afterAll(() => opened.close());

  /** One course of acts, on two replicas by turns. */
  class Course {
    readonly clock = new SetClock(new Date('2026-11-28T20:00:00Z'));
    readonly limits = new SetLimits();
    readonly model = new Model(this.clock);
    private readonly reservations: Reservation[] = [];
    private readonly replicas: LedgerReplica[];
    private turn = 0;

    constructor(private readonly tenant: string) {
      this.replicas = opened.replicas.map((database) => aReplica(database, this.clock, this.limits));
      this.limit({ act: 'limit', quota: this.model.quota, budget: this.model.budget });
    }

    async do(act: Act): Promise<void> {
      this.turn += 1;
      if (act.act === 'admit') await this.admit(act.nano);
      if (act.act === 'settle') await this.settle(act.which, act.share);
      if (act.act === 'release') await this.settle(act.which, 0);
      if (act.act === 'sweep') await this.replica.upkeep.giveUpExpired();
      if (act.act === 'pass') this.clock.pass(act.ms);
      if (act.act === 'limit') this.limit(act);
      const { used, spent_usd: spent, reserved_usd: held } = await this.replica.standing(this.tenant);
      const { model } = this;
      expect({ act, used, spent, held }).toEqual({
        act,
        used: model.used,
        spent: model.spent / 1e9,
        held: model.held / 1e9,
      });
    }

    private get replica(): LedgerReplica {
      return this.replicas[this.turn % this.replicas.length]!;
    }

    private async admit(nano: number): Promise<void> {
      const expected = this.model.refusal(nano);
      const admitted = await this.replica
        .admit(this.tenant, nano / 1e9)
        .catch((error: { slug: string }) => error.slug);
      expect(typeof admitted === 'string' ? admitted : null).toBe(expected);
      if (typeof admitted === 'string') return;
      this.reservations.push(admitted);
      this.model.queries.push({ nano, time: this.clock.time.getTime(), cost: null });
    }

    private async settle(which: number, share: number): Promise<void> {
      const at = which % this.reservations.length;
      const query = this.model.queries[at];
      if (query === undefined) return;
      const cost = Math.floor(query.nano * share);
      if (cost === 0) await this.reservations[at]!.release('failed', 1);
      else await this.reservations[at]!.settle(aBill({ costUsd: cost / 1e9 }));
      query.cost ??= cost;
    }

    private limit({ quota, budget }: Extract<Act, { act: 'limit' }>): void {
      Object.assign(this.model, { quota, budget });
      const monthlyBudgetUsd = budget === 'unlimited' ? budget : budget / 1e9;
      this.limits.set({ maxQueriesPerDay: quota, monthlyBudgetUsd });
    }
  }

  it('agrees after every act with the plain rules, on what it admits, counts, spends and holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 40, size: 'max' }), async (course) => {
        const stage = new Course(await addTenant(opened.replicas[0]!, `tenant-${(count += 1)}`));
        for (const act of course) await stage.do(act);
      }),
      { numRuns: 40 },
    );
  });
});
