import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Environment } from '#kernel';
import { ChangeMetrics } from '../rate-limits/change-metrics.js';
import { RateLimitRepository } from '../rate-limits/rate-limit.repository.js';
import { rateLimitedError } from '../rate-limits/rate-limited-error.js';
import { type ChangeCommand, toAuthorRole } from './change.js';

/**
 * How many changes a tenant's own people may make in an hour (specification §3.9). What counts is what the history names them for:
 * committed changes, on whatever replica, and neither the platform's nor those that it approved.
 */
@Injectable()
export class ChangeRateLimit {
  private readonly maxPerHour: number;

  constructor(
    { configChangesPerHour }: Environment,
    private readonly database: Database,
    private readonly repository: RateLimitRepository,
    private readonly metrics: ChangeMetrics,
  ) {
    this.maxPerHour = configChangesPerHour;
  }

  /**
   * Before anything is done for the change: whether there is room for one more.
   *
   * @throws DomainError `rate-limited`
   */
  check(change: ChangeCommand): Promise<void> {
    return this.throwIfExceeded(change, this.maxPerHour);
  }

  /**
   * In the transaction of the change, after its row was written: that row is locked, so that nobody else can add to the history,
   * and the change itself is in it.
   *
   * @throws DomainError `rate-limited`, which takes the change back
   */
  recheck(change: ChangeCommand): Promise<void> {
    return this.throwIfExceeded(change, this.maxPerHour + 1);
  }

  /** The nth newest change of the hour is the one that has to leave it first. */
  private async throwIfExceeded({ tenantId, author, isApproved }: ChangeCommand, nth: number): Promise<void> {
    if (this.maxPerHour === 0 || isApproved || toAuthorRole(author) === 'platform_admin') return;
    const reset = await this.database.readAsTenant(tenantId, () =>
      this.repository.findNthNewestChange(tenantId, nth),
    );
    if (!reset) return;
    this.metrics.recordRateLimited(tenantId, 'changes');
    throw rateLimitedError(`${this.maxPerHour} changes were made within an hour.`, this.maxPerHour, reset);
  }
}
