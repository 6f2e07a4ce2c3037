import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Environment } from '#kernel';
import { ChangeMetrics } from '../limits/change-metrics.js';
import { LimitRepository } from '../limits/limit.repository.js';
import { rateLimited } from '../limits/rate-limited.js';
import { type Change, authorRole } from './change.js';

/**
 * How many changes a tenant's own people may make in an hour (SPEC §3.9). What counts is what the history names them for:
 * committed changes, on whatever replica, and neither the platform's nor those that it approved.
 */
@Injectable()
export class ChangeLimit {
  private readonly limit: number;

  constructor(
    { configChangesPerHour }: Environment,
    private readonly database: Database,
    private readonly repository: LimitRepository,
    private readonly metrics: ChangeMetrics,
  ) {
    this.limit = configChangesPerHour;
  }

  /**
   * Before anything is done for the change: whether there is room for one more.
   *
   * @throws DomainError `rate-limited`
   */
  check(change: Change): Promise<void> {
    return this.refuseBeyond(change, this.limit);
  }

  /**
   * In the transaction of the change, after its row was written: that row is locked, so that nobody else can add to the history,
   * and the change itself is in it.
   *
   * @throws DomainError `rate-limited`, which takes the change back
   */
  confirm(change: Change): Promise<void> {
    return this.refuseBeyond(change, this.limit + 1);
  }

  /** The nth newest change of the hour is the one that has to leave it first. */
  private async refuseBeyond({ tenantId, author, isApproved }: Change, nth: number): Promise<void> {
    if (this.limit === 0 || isApproved || authorRole(author) === 'platform_admin') return;
    const release = await this.database.readAsTenant(tenantId, () =>
      this.repository.nthChange(tenantId, nth),
    );
    if (!release) return;
    this.metrics.limited(tenantId, 'changes');
    throw rateLimited(`${this.limit} changes were made within an hour.`, this.limit, release);
  }
}
