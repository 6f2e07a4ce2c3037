import { Injectable, Logger } from '@nestjs/common';
import { TenantNotFoundError } from '#kernel';
import { type PendingSettlement, LedgerRepository } from '../ledger/ledger.repository.js';
import { isUnavailable } from '../ledger/keyed-mutex.js';
import { MeteringMetrics } from './metering-metrics.js';

/** Beyond it the bills of an outage are lost, and their reservations end as unsettled. */
const maxPending = 10_000;

/**
 * Writes what queries came to. What the database could not take is kept and tried again: until the reservation ends its money is held,
 * and a settlement after that still counts. Settling twice changes nothing the second time.
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
   * Resolves once it is durable.
   *
   * @throws DomainError `unavailable`: it will be tried again · NotFoundError: the tenant is gone, and its budget with it.
   */
  async settle(pendingSettlement: PendingSettlement): Promise<void> {
    try {
      await this.write(pendingSettlement);
    } catch (error) {
      if (isUnavailable(error)) this.enqueue(pendingSettlement);
      throw error;
    }
  }

  /** Tries what waits, until one fails again. Never rejects. */
  async retryPending(): Promise<void> {
    for (const [logId, pendingSettlement] of this.pending) {
      const isStillUnavailable = await this.write(pendingSettlement).then(() => false, isUnavailable);
      if (isStillUnavailable) return;
      this.pending.delete(logId);
    }
  }

  private async write(pendingSettlement: PendingSettlement): Promise<void> {
    const settlement = await this.ledger.settle(pendingSettlement);
    if (settlement === null) throw new TenantNotFoundError();
    if (settlement === 'late') this.metrics.recordLateSettlement();
  }

  private enqueue(pendingSettlement: PendingSettlement): void {
    if (this.pending.size === 0) this.logger.warn('settlements wait for the database');
    if (this.pending.size < maxPending) this.pending.set(pendingSettlement.logId, pendingSettlement);
  }
}
