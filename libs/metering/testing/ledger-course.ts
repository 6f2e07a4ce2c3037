import type { Database } from '#database';
import type { Reservation } from '../src/reservation.js';
import { type LedgerReplica, SetClock, SetLimits, aBill, aReplica, beyondExpiryMs } from './a-replica.js';

/** Something that happens to a tenant's account. */
export type Act =
  | { readonly act: 'admit'; readonly nano: number }
  /** Ends one of the queries that were admitted, be it expired or over already. */
  | { readonly act: 'settle'; readonly which: number; readonly share: number }
  | { readonly act: 'release'; readonly which: number }
  | { readonly act: 'sweep' }
  | { readonly act: 'pass'; readonly ms: number }
  | { readonly act: 'limit'; readonly quota: number; readonly budget: number | 'unlimited' };

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

/** What the ledger said, and what it should have said. */
export interface Findings {
  readonly found: unknown;
  readonly expected: unknown;
}

/** One course of acts, on the replicas by turns. */
export class Course {
  readonly clock = new SetClock(new Date('2026-11-28T20:00:00Z'));
  readonly limits = new SetLimits();
  readonly model = new Model(this.clock);
  private readonly reservations: Reservation[] = [];
  private readonly replicas: LedgerReplica[];
  private turn = 0;

  constructor(
    private readonly tenant: string,
    databases: readonly Database[],
  ) {
    this.replicas = databases.map((database) => aReplica(database, this.clock, this.limits));
    this.limit({ act: 'limit', quota: this.model.quota, budget: this.model.budget });
  }

  /** Does it, and tells the refusal, if any, and where the tenant stands then. */
  async do(act: Act): Promise<Findings> {
    this.turn += 1;
    const { model } = this;
    const expectedRefusal = act.act === 'admit' ? model.refusal(act.nano) : null;
    const refusal = await this.act(act);
    const { used, spent_usd: spent, reserved_usd: held } = await this.replica.standing(this.tenant);
    return {
      found: { refusal, used, spent, held },
      expected: {
        refusal: expectedRefusal,
        used: model.used,
        spent: model.spent / 1e9,
        held: model.held / 1e9,
      },
    };
  }

  private async act(act: Act): Promise<string | null> {
    if (act.act === 'admit') return this.admit(act.nano);
    if (act.act === 'settle') await this.settle(act.which, act.share);
    if (act.act === 'release') await this.settle(act.which, 0);
    if (act.act === 'sweep') await this.replica.upkeep.giveUpExpired();
    if (act.act === 'pass') this.clock.pass(act.ms);
    if (act.act === 'limit') this.limit(act);
    return null;
  }

  private get replica(): LedgerReplica {
    return this.replicas[this.turn % this.replicas.length]!;
  }

  private async admit(nano: number): Promise<string | null> {
    const admitted = await this.replica
      .admit(this.tenant, nano / 1e9)
      .catch((error: { slug: string }) => error.slug);
    if (typeof admitted === 'string') return admitted;
    this.reservations.push(admitted);
    this.model.queries.push({ nano, time: this.clock.time.getTime(), cost: null });
    return null;
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
