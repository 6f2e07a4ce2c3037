import type { Database } from '#database';
import type { Reservation } from '../src/admission/reservation.js';
import {
  type MeteringReplica,
  FakeLedgerClock,
  FakeTenantLimits,
  aUsageRecord,
  aMeteringReplica,
  afterExpiryMs,
} from './metering-replica.js';

/** One step of a scenario. */
export type LedgerAction =
  | { readonly act: 'admit'; readonly nano: number }
  /** Ends one of the admitted queries; it may have expired or ended before. */
  | { readonly act: 'settle'; readonly which: number; readonly share: number }
  | { readonly act: 'release'; readonly which: number }
  | { readonly act: 'sweep' }
  | { readonly act: 'pass'; readonly ms: number }
  | {
      readonly act: 'limit';
      readonly quota: number;
      readonly rate: number | 'unlimited';
      readonly budget: number | 'unlimited';
    };

interface ModelQuery {
  readonly nano: number;
  readonly time: number;
  cost: number | null;
}

/** A simple model of the rules (specification §4.7) for one tenant: a list of all queries, in nano-dollars. */
export class LedgerModel {
  readonly queries: ModelQuery[] = [];
  quota = 4;
  rate: number | 'unlimited' = 'unlimited';
  budget: number | 'unlimited' = 600;

  constructor(private readonly clock: FakeLedgerClock) {}

  /** Returns why the query is refused; null if it is admitted. */
  admit(nano: number): string | null {
    const refusal = this.refusal(nano);
    if (refusal === null) this.queries.push({ nano, time: this.clock.time.getTime(), cost: null });
    return refusal;
  }

  get used(): number {
    return this.queries.filter(({ time }) => this.isSamePeriod(time, 10)).length;
  }

  private get usedThisMinute(): number {
    return this.queries.filter(({ time }) => this.isSamePeriod(time, 16)).length;
  }

  get spent(): number {
    return this.sum(({ time, cost }) => (this.isSamePeriod(time, 7) ? (cost ?? 0) : 0));
  }

  get reserved(): number {
    const now = this.clock.time.getTime();
    return this.sum(({ time, cost, nano }) =>
      this.isSamePeriod(time, 7) && cost === null && time + afterExpiryMs > now ? nano : 0,
    );
  }

  refusal(nano: number): string | null {
    if (this.used >= this.quota) return 'quota-exceeded';
    if (this.rate !== 'unlimited' && this.usedThisMinute >= this.rate) return 'rate-limited';
    const isPaid =
      nano === 0 || this.budget === 'unlimited' || this.spent + this.reserved + nano <= this.budget;
    return isPaid ? null : 'budget-exceeded';
  }

  /** The same minute (16 characters of the time), day (10) or month (7). */
  private isSamePeriod(time: number, characters: number): boolean {
    return (
      new Date(time).toISOString().slice(0, characters) === this.clock.time.toISOString().slice(0, characters)
    );
  }

  private sum(of: (query: ModelQuery) => number): number {
    return this.queries.reduce((total, query) => total + of(query), 0);
  }
}

/** The ledger's state, and the model's. */
export interface LedgerComparison {
  readonly actual: unknown;
  readonly expected: unknown;
}

/** A sequence of steps for one tenant; the replicas take turns. */
export class LedgerScenario {
  readonly clock = new FakeLedgerClock(new Date('2026-11-28T20:00:00Z'));
  readonly limits = new FakeTenantLimits();
  readonly model = new LedgerModel(this.clock);
  private readonly reservations: Reservation[] = [];
  private readonly replicas: MeteringReplica[];
  private turn = 0;

  constructor(
    private readonly tenant: string,
    databases: readonly Database[],
  ) {
    this.replicas = databases.map((database) => aMeteringReplica(database, this.clock, this.limits));
    const { quota, rate, budget } = this.model;
    this.setLimits({ act: 'limit', quota, rate, budget });
  }

  /** Performs the step on the next replica, and returns the refusal and the tenant's usage after it. */
  async perform(action: LedgerAction): Promise<LedgerComparison> {
    this.turn += 1;
    const { model } = this;
    const expectedRefusal = action.act === 'admit' ? model.refusal(action.nano) : null;
    const refusal = await this.apply(action);
    const { used, spent_usd: spent, reserved_usd: reserved } = await this.replica.usageSnapshot(this.tenant);
    return {
      actual: { refusal, used, spent, reserved },
      expected: {
        refusal: expectedRefusal,
        used: model.used,
        spent: model.spent / 1e9,
        reserved: model.reserved / 1e9,
      },
    };
  }

  private async apply(action: LedgerAction): Promise<string | null> {
    if (action.act === 'admit') return this.admit(action.nano);
    if (action.act === 'settle') await this.settle(action.which, action.share);
    if (action.act === 'release') await this.settle(action.which, 0);
    if (action.act === 'sweep') await this.replica.maintenanceRepository.expireReservations();
    if (action.act === 'pass') this.clock.advance(action.ms);
    if (action.act === 'limit') this.setLimits(action);
    return null;
  }

  private get replica(): MeteringReplica {
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
    else await this.reservations[at]!.settle(aUsageRecord({ costUsd: cost / 1e9 }));
    query.cost ??= cost;
  }

  private setLimits({ quota, rate, budget }: Extract<LedgerAction, { act: 'limit' }>): void {
    Object.assign(this.model, { quota, rate, budget });
    const monthlyBudgetUsd = budget === 'unlimited' ? budget : budget / 1e9;
    this.limits.set({ maxQueriesPerDay: quota, maxQueriesPerMinute: rate, monthlyBudgetUsd });
  }
}
