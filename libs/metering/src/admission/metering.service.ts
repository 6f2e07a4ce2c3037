import { Injectable } from '@nestjs/common';
import { TenantNotFoundError } from '#kernel';
import type { Admission } from '../ledger/ledger.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { toNanoUsd } from '../ledger/nano-usd.js';
import { MeteringMetrics } from './metering-metrics.js';
import { budgetExceededError, quotaExceededError, rateExceededError } from './quota-errors.js';
import { Reservation } from './reservation.js';
import { SettlementService } from './settlement.service.js';
import { type UsageLimits, TenantLimits } from '../ledger/tenant-limits.js';

/** A query that is about to call a model. */
export interface MeteredQuery {
  readonly tenantId: string;
  /** The tenant's own id of the person who asks, else the credential's subject. */
  readonly userId: string;
  readonly configVersion: number;
  /** Upper bound on the cost: every retry and the fallback, each with maximum output. */
  readonly maxCostUsd: number;
  /** How long the query may run. */
  readonly maxDurationMs: number;
}

/** Called with the limit that refused a query of a tenant. It returns at once and throws nothing. */
export type RefusalListener = (tenantId: string, limit: 'quota' | 'budget') => void;

/** A reservation lasts this much longer than the query's deadline, so that even a slow database has time to settle it. */
const settlementGraceMs = 30_000;

/**
 * Admits queries within their tenant's quota and budget (specification §4.7). Both are rows in Postgres, checked in one short
 * transaction under one lock of the tenant. So they are exact over all replicas, and need no Redis. The lock is released before
 * the model is called.
 *
 * ```ts
 * const reservation = await metering.admit({ tenantId, userId, configVersion, maxCostUsd, maxDurationMs: 30_000 });
 * const reply = await askModel().catch(async (error) => {
 *   await reservation.release('failed', elapsedMs());
 *   throw error;
 * });
 * await reservation.settle({ outcome: 'answered', model: 'gpt-4', promptTokens, completionTokens, costUsd, latencyMs });
 * ```
 */
@Injectable()
export class MeteringService {
  private readonly refusalListeners: RefusalListener[] = [];

  constructor(
    private readonly limits: TenantLimits,
    private readonly ledger: LedgerRepository,
    private readonly settlements: SettlementService,
    private readonly metrics: MeteringMetrics,
  ) {}

  /**
   * Counts the query against today's quota and reserves `maxCostUsd` of this month's budget, or refuses it and changes nothing.
   * The caller must end the reservation with `settle` or `release`.
   *
   * @throws RateLimitedError when the queries of this minute are used up.
   * @throws QuotaExceededError when today's queries are used up; its details say when the quota resets.
   * @throws BudgetExceededError when the rest of the budget is less than `maxCostUsd`.
   * @throws TenantNotFoundError when there is no such tenant.
   * @throws UnavailableError while the database cannot be reached.
   * @throws RangeError when `maxCostUsd` is negative or not a number.
   */
  async admit(query: MeteredQuery): Promise<Reservation> {
    const limits = await this.limits.getLimits(query.tenantId);
    const admission = await this.ledger.admit({
      ...query,
      ...limits,
      reservationTtlMs: query.maxDurationMs + settlementGraceMs,
    });
    if (admission === null) throw new TenantNotFoundError();
    if (admission.refusal !== null) throw this.toRefusalError(query, limits, admission);
    return this.createReservation(query, admission);
  }

  /** Calls `listener` at every refusal on this replica, before `admit` throws. */
  onRefusal(listener: RefusalListener): void {
    this.refusalListeners.push(listener);
  }

  private createReservation(
    { tenantId, maxCostUsd }: MeteredQuery,
    { log_id: logId, data_version: dataVersion }: Admission,
  ): Reservation {
    return new Reservation((usage) => {
      if (toNanoUsd(usage.costUsd) > toNanoUsd(maxCostUsd)) this.metrics.recordOverrun(tenantId);
      return this.settlements.settle({ tenantId, logId: logId!, usage });
    }, dataVersion);
  }

  private toRefusalError(
    { tenantId, maxCostUsd }: MeteredQuery,
    { maxQueriesPerDay, maxQueriesPerMinute, monthlyBudgetUsd }: UsageLimits,
    admission: Admission,
  ): Error {
    const refusal = admission.refusal!;
    this.metrics.recordRefusal(tenantId, refusal);
    if (refusal === 'rate') return rateExceededError(maxQueriesPerMinute as number, admission);
    for (const listener of this.refusalListeners) listener(tenantId, refusal);
    if (refusal === 'quota') return quotaExceededError(maxQueriesPerDay, admission);
    return budgetExceededError(monthlyBudgetUsd, maxCostUsd, admission);
  }
}
