import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, DomainError } from '#kernel';
import { MeteringService, TenantLimits } from '#metering';
import { PeriodicTask } from '#telemetry';
import { LimitNoticeRepository } from './limit-notice.repository.js';
import { type Limit, type LimitNotice, type TenantUsage, findLimitNotices } from './limit-notices.js';

const intervalMs = 10_000;
/** What a query that ended before the last round wrote late. */
const overlapMs = 60_000;
const firstLookBackMs = 3_600_000;

/**
 * Tells webhooks of budgets and quotas. A query never waits for it: every 10 seconds it looks at the tenants whose queries ended since,
 * and at those that this replica refused one.
 */
@Injectable()
export class LimitWatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private refusals = new Map<string, Set<Limit>>();
  private lookedAt: number;
  private readonly task = new PeriodicTask({
    intervalMs,
    logger: new Logger('webhooks'),
    failure: 'Budgets and quotas could not be checked for webhooks; the next round tries again.',
    run: () => this.runRound(),
  });

  constructor(
    private readonly metering: MeteringService,
    private readonly limits: TenantLimits,
    private readonly repository: LimitNoticeRepository,
    private readonly clock: Clock,
  ) {
    this.lookedAt = clock.now() - firstLookBackMs;
  }

  onApplicationBootstrap(): void {
    this.metering.onRefusal((tenantId, limit) => this.rememberRefusal(tenantId, limit));
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private rememberRefusal(tenantId: string, limit: Limit): void {
    const limits = this.refusals.get(tenantId);
    if (limits) limits.add(limit);
    else this.refusals.set(tenantId, new Set([limit]));
  }

  private async runRound(): Promise<void> {
    const startedAt = this.clock.now();
    const refusals = this.refusals;
    // A round that fails loses them; they come again with the next refusal.
    this.refusals = new Map();
    const usages = await this.repository.listUsage(startedAt - this.lookedAt + overlapMs, [
      ...refusals.keys(),
    ]);
    const notices: LimitNotice[] = [];
    for (const usage of usages) notices.push(...(await this.findNotices(usage, refusals)));
    if (notices.length > 0) await this.repository.write(notices);
    this.lookedAt = startedAt;
  }

  /** A tenant may be gone by now. */
  private async findNotices(
    usage: TenantUsage,
    refusals: ReadonlyMap<string, ReadonlySet<Limit>>,
  ): Promise<LimitNotice[]> {
    try {
      const limits = await this.limits.getLimits(usage.tenant_id);
      return findLimitNotices(usage, limits, refusals.get(usage.tenant_id));
    } catch (error) {
      if (error instanceof DomainError && error.slug === 'not-found') return [];
      throw error;
    }
  }
}
