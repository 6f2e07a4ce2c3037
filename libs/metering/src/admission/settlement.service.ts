import { Injectable, Logger } from '@nestjs/common';
import { TenantNotFoundError, UnavailableError } from '#kernel';
import type { PendingSettlement } from '../ledger/ledger.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { MeteringMetrics } from './metering-metrics.js';

/** If more settlements are pending, the excess is dropped and those reservations expire unsettled. */
const maxPending = 10_000;

/**
 * Records what queries cost. While the database is unavailable, settlements wait here in memory and are retried. Their money
 * stays reserved until the reservation expires; a later settlement still counts. A second settlement of a query changes nothing.
 */
@Injectable()
export class SettlementService {
  private readonly logger = new Logger('metering');
  private readonly pending = new Map<string, PendingSettlement>();

  constructor(
    private readonly ledger: LedgerRepository,
    private readonly metrics: MeteringMetrics,
  ) {
    metrics.watchPendingSettlements(() => this.pending.size);
  }

  /**
   * Resolves when the database has committed the settlement.
   *
   * @throws UnavailableError while the database cannot be reached; the settlement is kept and retried.
   * @throws TenantNotFoundError when the tenant was deleted, and its budget with it.
   */
  async settle(pendingSettlement: PendingSettlement): Promise<void> {
    try {
      await this.write(pendingSettlement);
    } catch (error) {
      if (error instanceof UnavailableError) this.enqueue(pendingSettlement);
      throw error;
    }
  }

  /** Tries to write all pending settlements. Never rejects. */
  async retryPending(): Promise<void> {
    await Promise.all([...this.pending.values()].map((pendingSettlement) => this.retry(pendingSettlement)));
  }

  private async retry(pendingSettlement: PendingSettlement): Promise<void> {
    const isStillUnavailable = await this.write(pendingSettlement).then(
      () => false,
      (error: unknown) => error instanceof UnavailableError,
    );
    if (!isStillUnavailable) this.pending.delete(pendingSettlement.logId);
  }

  private async write(pendingSettlement: PendingSettlement): Promise<void> {
    const settlement = await this.ledger.settle(pendingSettlement);
    if (settlement === null) throw new TenantNotFoundError();
    if (settlement === 'late') this.metrics.recordLateSettlement();
  }

  private enqueue(pendingSettlement: PendingSettlement): void {
    if (this.pending.size === 0)
      this.logger.warn('the database is unavailable; settlements wait and will be retried');
    if (this.pending.size < maxPending) this.pending.set(pendingSettlement.logId, pendingSettlement);
  }
}
