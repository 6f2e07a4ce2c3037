import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { RateLimitStatus } from '#http';
import { ConfigurationConfig, configurationConfig } from '../configuration.config.js';
import { ChangeMetrics } from './change-metrics.js';
import { RateLimitExemptions } from './rate-limit-exemptions.js';
import {
  type LimitReset,
  RateLimitRepository,
  rateLimitedError,
  rateLimitStatus,
} from './rate-limit.repository.js';

/**
 * Limits the playground runs of a tenant's own users in an hour (specification §3.9), over all replicas. Postgres counts, so a restart of
 * Redis loses nothing.
 */
@Injectable()
export class PlaygroundRateLimit {
  private readonly maxPerHour: number;

  constructor(
    @Inject(configurationConfig.KEY) { configTestsPerHour }: ConfigurationConfig,
    private readonly database: Database,
    private readonly repository: RateLimitRepository,
    private readonly metrics: ChangeMetrics,
    private readonly exemptions: RateLimitExemptions,
  ) {
    this.maxPerHour = configTestsPerHour;
  }

  /**
   * Counts one run of this tenant. Call it after the input was validated, and before anything runs.
   *
   * @throws RateLimitedError when the limit of the hour is reached; nothing is counted then.
   */
  async consume(tenantId: string): Promise<void> {
    if (this.maxPerHour === 0 || this.exemptions.has(tenantId)) return;
    const spend = () => this.database.asTenant(tenantId, () => this.tryConsume(tenantId));
    const reset = await this.database.withoutCommitHook(spend);
    if (!reset) return;
    this.metrics.recordRateLimited(tenantId, 'tests');
    const limit = { name: 'tests', limit: this.maxPerHour } as const;
    throw rateLimitedError(`${this.maxPerHour} configurations were tried within an hour.`, limit, reset);
  }

  /** What is left of the hour; null if no limit applies to the tenant. */
  async findStatus(tenantId: string): Promise<RateLimitStatus | null> {
    if (this.maxPerHour === 0 || this.exemptions.has(tenantId)) return null;
    const use = await this.database.readAsTenant(tenantId, () =>
      this.repository.countPlaygroundRuns(tenantId),
    );
    return rateLimitStatus({ name: 'tests', limit: this.maxPerHour }, use);
  }

  private async tryConsume(tenantId: string): Promise<LimitReset | null> {
    if (await this.repository.tryAddPlaygroundRun(tenantId, this.maxPerHour)) return null;
    const reset = await this.repository.findNthNewestPlaygroundRun(tenantId, this.maxPerHour);
    // Null: the oldest run became older than an hour between the two statements.
    return reset ?? this.tryConsume(tenantId);
  }
}
