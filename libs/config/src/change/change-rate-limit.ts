import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Principal, RateLimitStatus } from '#http';
import { ConfigurationConfig, configurationConfig } from '../configuration.config.js';
import { ChangeMetrics } from '../rate-limits/change-metrics.js';
import { RateLimitExemptions } from '../rate-limits/rate-limit-exemptions.js';
import {
  RateLimitRepository,
  rateLimitedError,
  rateLimitStatus,
} from '../rate-limits/rate-limit.repository.js';
import { type ChangeCommand, toAuthorRole } from './change.js';

/**
 * Limits the changes that a tenant's own people make in an hour (specification §3.9). The history is what counts: committed changes
 * of all replicas, without those that the platform made or approved.
 */
@Injectable()
export class ChangeRateLimit {
  private readonly maxPerHour: number;

  constructor(
    @Inject(configurationConfig.KEY) { configChangesPerHour }: ConfigurationConfig,
    private readonly database: Database,
    private readonly repository: RateLimitRepository,
    private readonly metrics: ChangeMetrics,
    private readonly exemptions: RateLimitExemptions,
  ) {
    this.maxPerHour = configChangesPerHour;
  }

  /**
   * Before the change's transaction: is there room for one more?
   *
   * @throws RateLimitedError
   */
  check(command: ChangeCommand): Promise<void> {
    return this.throwIfExceeded(command, this.maxPerHour);
  }

  /**
   * In the change's transaction, after the write. The row is locked, so no other change can enter the history, which already has
   * this one.
   *
   * @throws RateLimitedError, which rolls the change back.
   */
  recheck(command: ChangeCommand): Promise<void> {
    return this.throwIfExceeded(command, this.maxPerHour + 1);
  }

  /** What is left for the author; null if no limit applies. */
  async findStatus(tenantId: string, author: Principal): Promise<RateLimitStatus | null> {
    if (!this.isLimited(tenantId, author)) return null;
    const use = await this.database.readAsTenant(tenantId, () => this.repository.countChanges(tenantId));
    return rateLimitStatus({ name: 'changes', limit: this.maxPerHour }, use);
  }

  private isLimited(tenantId: string, author: Principal): boolean {
    const isExempt = this.maxPerHour === 0 || this.exemptions.has(tenantId);
    return !isExempt && toAuthorRole(author) !== 'platform_admin';
  }

  /** The limit resets when the nth newest change is older than an hour. */
  private async throwIfExceeded({ tenantId, author, isApproved }: ChangeCommand, nth: number): Promise<void> {
    if (isApproved || !this.isLimited(tenantId, author)) return;
    const reset = await this.database.readAsTenant(tenantId, () =>
      this.repository.findNthNewestChange(tenantId, nth),
    );
    if (!reset) return;
    this.metrics.recordRateLimited(tenantId, 'changes');
    const limit = { name: 'changes', limit: this.maxPerHour } as const;
    throw rateLimitedError(`${this.maxPerHour} changes were made within an hour.`, limit, reset);
  }
}
