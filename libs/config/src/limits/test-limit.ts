import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Environment } from '#kernel';
import { ChangeMetrics } from './change-metrics.js';
import { LimitRepository, type Release } from './limit.repository.js';
import { rateLimited } from './rate-limited.js';

/**
 * How many configurations a tenant's own people may try out in an hour (SPEC §3.9), over all replicas: Postgres counts, so that
 * nothing is forgotten when Redis is.
 */
@Injectable()
export class TestLimit {
  private readonly limit: number;

  constructor(
    { configTestsPerHour }: Environment,
    private readonly database: Database,
    private readonly repository: LimitRepository,
    private readonly metrics: ChangeMetrics,
  ) {
    this.limit = configTestsPerHour;
  }

  /**
   * Counts one test of this tenant. Call it once the input was found valid, and before anything is run.
   *
   * @throws DomainError `rate-limited` when the hour's tests are used up; nothing is counted then.
   */
  async spend(tenantId: string): Promise<void> {
    if (this.limit === 0) return;
    const spend = () => this.database.asTenant(tenantId, () => this.spent(tenantId));
    const release = await this.database.beside(spend);
    if (!release) return;
    this.metrics.limited(tenantId, 'tests');
    throw rateLimited(`${this.limit} configurations were tried out within an hour.`, this.limit, release);
  }

  private async spent(tenantId: string): Promise<Release | null> {
    if (await this.repository.spendTest(tenantId, this.limit)) return null;
    const release = await this.repository.nthTest(tenantId, this.limit);
    // The oldest left the hour between the two statements.
    return release ?? this.spent(tenantId);
  }
}
