import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConfigurationConfig, configurationConfig } from '../configuration.config.js';
import { RateLimitExemptions } from './rate-limit-exemptions.js';
import { type HourlyUse, RateLimitRepository } from './rate-limit.repository.js';

/** What is left of a limit per hour. */
interface RemainingUse {
  readonly limit: number;
  readonly remaining: number;
  /** RFC 3339: when one more is possible than now; null when nothing was used. */
  readonly resets_at: string | null;
}

/** What is left of both limits; null where there is none. */
export interface HourlyLimits {
  readonly changes: RemainingUse | null;
  readonly tests: RemainingUse | null;
}

/** Reads what a tenant has left of its hourly limits. The database counts, so all replicas answer alike. */
@Injectable()
export class HourlyLimitsReader {
  constructor(
    @Inject(configurationConfig.KEY) private readonly config: ConfigurationConfig,
    private readonly database: Database,
    private readonly repository: RateLimitRepository,
    private readonly exemptions: RateLimitExemptions,
  ) {}

  /** @throws UnavailableError when the database cannot be reached. */
  read(tenantId: string): Promise<HourlyLimits> {
    const { configChangesPerHour, configTestsPerHour } = this.config;
    const isExempt = this.exemptions.has(tenantId);
    return this.database.readAsTenant(tenantId, async () => ({
      changes: toRemaining(isExempt ? 0 : configChangesPerHour, await this.repository.countChanges(tenantId)),
      tests: toRemaining(
        isExempt ? 0 : configTestsPerHour,
        await this.repository.countPlaygroundRuns(tenantId),
      ),
    }));
  }
}

/** A limit of 0 is off. */
function toRemaining(limit: number, { used, resets_at: resetsAt }: HourlyUse): RemainingUse | null {
  if (limit === 0) return null;
  return { limit, remaining: Math.max(0, limit - used), resets_at: resetsAt?.toISOString() ?? null };
}
