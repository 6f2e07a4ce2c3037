import { Injectable, Logger } from '@nestjs/common';
import { TenantNotFoundError } from '#kernel';
import { type Due, LedgerRepository } from './ledger/ledger.repository.js';
import { isOutage } from './ledger/turns.js';
import { MeteringMetrics } from './metering-metrics.js';

/** Beyond it the bills of an outage are lost, and their reservations end as unsettled. */
const mostWaiting = 10_000;

/**
 * Writes what queries came to. What the database could not take is kept and tried again: until the reservation ends its money is held,
 * and a settlement after that still counts. Settling twice changes nothing the second time.
 */
@Injectable()
export class Settlements {
  private readonly logger = new Logger('metering');
  private readonly waiting = new Map<string, Due>();

  constructor(
    private readonly ledger: LedgerRepository,
    private readonly metrics: MeteringMetrics,
  ) {
    metrics.watchWaiting(() => this.waiting.size);
  }

  /**
   * Resolves once it is durable.
   *
   * @throws DomainError `unavailable`: it will be tried again · NotFoundError: the tenant is gone, and its budget with it.
   */
  async settle(due: Due): Promise<void> {
    try {
      await this.write(due);
    } catch (error) {
      if (isOutage(error)) this.keep(due);
      throw error;
    }
  }

  /** Tries what waits, until one fails again. Never rejects. */
  async retry(): Promise<void> {
    for (const [logId, due] of this.waiting) {
      const isStillOut = await this.write(due).then(() => false, isOutage);
      if (isStillOut) return;
      this.waiting.delete(logId);
    }
  }

  private async write(due: Due): Promise<void> {
    const settlement = await this.ledger.settle(due);
    if (settlement === null) throw new TenantNotFoundError();
    if (settlement === 'late') this.metrics.settledLate();
  }

  private keep(due: Due): void {
    if (this.waiting.size === 0) this.logger.warn('settlements wait for the database');
    if (this.waiting.size < mostWaiting) this.waiting.set(due.logId, due);
  }
}
