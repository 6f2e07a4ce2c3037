import type { Database } from '#database';
import type { Reservation } from '../src/admission/reservation.js';
import { LedgerModel } from './ledger-scenario.js';
import {
  type MeteringReplica,
  FakeLedgerClock,
  FakeTenantLimits,
  aMeteringReplica,
  aUsageRecord,
} from './metering-replica.js';

/** One request of a batch: an admission, or the end of a query that was admitted before. */
export interface BatchedRequest {
  /** Number of the tenant. */
  readonly tenant: number;
  readonly request:
    | { readonly act: 'admit'; readonly nano: number }
    | { readonly act: 'settle'; readonly which: number; readonly share: number };
}

export type BatchStep =
  | { readonly act: 'batch'; readonly requests: readonly BatchedRequest[] }
  | { readonly act: 'sweep' }
  | { readonly act: 'pass'; readonly ms: number };

/** A tenant, as the ledger and the model know it. */
interface ComparedTenant {
  readonly id: string;
  readonly model: LedgerModel;
  readonly reservations: Reservation[];
}

/** Several tenants whose requests come to one replica in batches. */
export class BatchScenario {
  private readonly clock = new FakeLedgerClock(new Date('2026-11-30T20:00:00Z'));
  private readonly limits = new FakeTenantLimits();
  private readonly tenants: readonly ComparedTenant[];
  private readonly replica: MeteringReplica;

  constructor(tenantIds: readonly string[], database: Database, quota: number, budget: number) {
    this.replica = aMeteringReplica(database, this.clock, this.limits);
    // So small that both limits are met.
    const rate = Math.max(1, quota - 2);
    this.limits.set({ maxQueriesPerDay: quota, maxQueriesPerMinute: rate, monthlyBudgetUsd: budget / 1e9 });
    this.tenants = tenantIds.map((id) => {
      const model = Object.assign(new LedgerModel(this.clock), { quota, rate, budget });
      return { id, model, reservations: [] };
    });
  }

  /** Performs the step; returns the refusals and the usage of all tenants, of the ledger and of the model. */
  async perform(step: BatchStep): Promise<{ readonly actual: unknown; readonly expected: unknown }> {
    if (step.act === 'pass') this.clock.advance(step.ms);
    if (step.act === 'sweep') await this.replica.maintenanceRepository.expireReservations();
    const requests = step.act === 'batch' ? step.requests : [];
    const refusals = this.runInLedger(requests);
    const expectedRefusals = this.runInModel(requests);
    return {
      actual: { refusals: await refusals, usage: await this.readUsage() },
      expected: { refusals: expectedRefusals, usage: this.tenants.map(({ model }) => usageOf(model)) },
    };
  }

  /** All in one turn of the event loop, so that one statement gets them. */
  private async runInLedger(requests: readonly BatchedRequest[]): Promise<(string | null)[]> {
    const reservations = this.tenants.map((tenant) => [...tenant.reservations]);
    const results = requests.map(({ tenant, request }) =>
      request.act === 'admit'
        ? this.replica
            .admit(this.tenants[tenant]!.id, request.nano / 1e9)
            .catch(({ slug }: { slug: string }) => slug)
        : this.settle(tenant, reservations[tenant]!, request),
    );
    const all = await Promise.all(results);
    return all.map((result, index) => {
      if (typeof result === 'string' || result === null) return result;
      this.tenants[requests[index]!.tenant]!.reservations.push(result);
      return null;
    });
  }

  private async settle(
    tenant: number,
    reservations: readonly Reservation[],
    { which, share }: { readonly which: number; readonly share: number },
  ): Promise<null> {
    const at = which % reservations.length;
    const query = this.tenants[tenant]!.model.queries[at];
    if (query)
      await reservations[at]!.settle(aUsageRecord({ costUsd: Math.floor(query.nano * share) / 1e9 }));
    return null;
  }

  /** In a batch, all that ends comes before all that begins. */
  private runInModel(requests: readonly BatchedRequest[]): (string | null)[] {
    const lengths = this.tenants.map(({ model }) => model.queries.length);
    for (const { tenant, request } of requests) {
      if (request.act !== 'settle') continue;
      const query = this.tenants[tenant]!.model.queries[request.which % lengths[tenant]!];
      if (query) query.cost ??= Math.floor(query.nano * request.share);
    }
    return requests.map(({ tenant, request }) =>
      request.act === 'admit' ? this.tenants[tenant]!.model.admit(request.nano) : null,
    );
  }

  private readUsage(): Promise<unknown[]> {
    const read = async ({ id }: ComparedTenant) => {
      const { used, spent_usd: spent, reserved_usd: reserved } = await this.replica.usageSnapshot(id);
      return { used, spent, reserved };
    };
    return Promise.all(this.tenants.map(read));
  }
}

function usageOf({ used, spent, reserved }: LedgerModel): unknown {
  return { used, spent: spent / 1e9, reserved: reserved / 1e9 };
}
