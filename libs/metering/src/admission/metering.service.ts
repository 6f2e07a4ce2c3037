import { Injectable } from '@nestjs/common';
import { Environment, TenantNotFoundError } from '#kernel';
import { type Admission, LedgerRepository } from '../ledger/ledger.repository.js';
import { toNanoUsd } from '../ledger/nano-usd.js';
import { MeteringMetrics } from './metering-metrics.js';
import { budgetExceededError, quotaExceededError } from './quota-errors.js';
import { Reservation } from './reservation.js';
import { SettlementService } from './settlement.service.js';
import { type UsageLimits, TenantLimits } from '../ledger/tenant-limits.js';

/** A query that is about to ask a model. */
export interface MeteredQuery {
  readonly tenantId: string;
  /** Who asks: the tenant's own id of the person, else the credential's subject. */
  readonly userId: string;
  readonly configVersion: number;
  /** Of the dearest chain of attempts that it can come to: every retry, the fallback too, each with its whole output. */
  readonly maxCostUsd: number;
}

/** What a reservation outlives the query's deadline by: time enough to settle, also when the database is slow. */
const settlementGraceMs = 30_000;

/**
 * Admits queries within their tenant's quota and budget (specification §4.7). Both are rows in Postgres, judged in one short transaction under
 * one lock of the tenant: exact over all replicas, and no business of Redis. No lock is held while a model is asked.
 *
 * ```ts
 * const reservation = await metering.admit({ tenantId, userId, configVersion, maxCostUsd });
 * const reply = await askModel().catch(async (error) => {
 *   await reservation.release('failed', elapsedMs());
 *   throw error;
 * });
 * await reservation.settle({ outcome: 'answered', model, promptTokens, completionTokens, costUsd, latencyMs });
 * ```
 */
@Injectable()
export class MeteringService {
  private readonly reservationTtlMs: number;

  constructor(
    { queryDeadlineMs }: Environment,
    private readonly limits: TenantLimits,
    private readonly ledger: LedgerRepository,
    private readonly settlements: SettlementService,
    private readonly metrics: MeteringMetrics,
  ) {
    this.reservationTtlMs = queryDeadlineMs + settlementGraceMs;
  }

  /**
   * Counts the query against today's quota and holds what it may cost at most, or does neither.
   *
   * @throws DomainError `quota-exceeded`, `budget-exceeded`, `unavailable` · NotFoundError no such tenant
   */
  async admit(query: MeteredQuery): Promise<Reservation> {
    const limits = await this.limits.getLimits(query.tenantId);
    const admission = await this.ledger.admit({
      ...query,
      ...limits,
      reservationTtlMs: this.reservationTtlMs,
    });
    if (admission === null) throw new TenantNotFoundError();
    if (admission.refusal !== null) throw this.toRefusalError(query, limits, admission);
    return this.createReservation(query, admission.log_id!);
  }

  private createReservation({ tenantId, maxCostUsd }: MeteredQuery, logId: string): Reservation {
    return new Reservation((usage) => {
      if (toNanoUsd(usage.costUsd) > toNanoUsd(maxCostUsd)) this.metrics.recordOverrun(tenantId);
      return this.settlements.settle({ tenantId, logId, usage });
    });
  }

  private toRefusalError(
    { tenantId, maxCostUsd }: MeteredQuery,
    { maxQueriesPerDay, monthlyBudgetUsd }: UsageLimits,
    admission: Admission,
  ): Error {
    const isQuota = admission.refusal === 'quota';
    this.metrics.recordRefusal(tenantId, isQuota ? 'quota' : 'budget');
    return isQuota
      ? quotaExceededError(maxQueriesPerDay, admission)
      : budgetExceededError(monthlyBudgetUsd, maxCostUsd, admission);
  }
}
