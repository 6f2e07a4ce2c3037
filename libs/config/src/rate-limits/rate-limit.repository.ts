import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { RateLimitStatus } from '#http';
import { type DomainError, RateLimitedError } from '#kernel';

const windowS = 3600;

/** An hourly limit; the headers `RateLimit` have its name. */
interface HourlyLimit {
  readonly name: 'changes' | 'tests';
  readonly limit: number;
}

/** When the counted event is older than an hour. */
export interface LimitReset {
  readonly resets_at: Date;
  readonly retry_after_s: number;
}

/** How often something was done within the last hour, and when the first of these times is an hour ago. */
export interface HourlyUse {
  readonly used: number;
  readonly resets_at: Date | null;
  /** Seconds until `resets_at`, by the clock of Postgres; null as that. */
  readonly reset_s: number | null;
}

const isWithinLastHour = (time: string) => `${time} > statement_timestamp() - interval '1 hour'`;
const secondsUntilReset = (time: string) =>
  `greatest(1, ceil(extract(epoch FROM ${time} + interval '1 hour' - statement_timestamp())))::int`;
const resetColumns = (time: string) => `${time} + interval '1 hour' AS resets_at,
  ${secondsUntilReset(time)} AS retry_after_s`;

/** `greatest` ignores null, so an hour without uses needs a case of its own. */
const useColumns = (time: string) => `count(*)::int AS used, min(${time}) + interval '1 hour' AS resets_at,
  CASE WHEN count(*) > 0 THEN ${secondsUntilReset(`min(${time})`)} END AS reset_s`;
const countedChange = `tenant_id = $1 AND changed_by_role = 'tenant_admin' AND action <> 'change_request' AND changed_by <> 'system'
        AND ${isWithinLastHour('changed_at')}`;

/** What was used of the hourly limits. Every method runs in the caller's transaction and uses the clock of Postgres. */
@Injectable()
export class RateLimitRepository {
  constructor(private readonly database: Database) {}

  /**
   * When the nth newest change within the last hour becomes older than an hour; null when there were fewer. Counts changes of the
   * tenant's own users that needed no approval. In the transaction of a change, that change counts too.
   */
  async findNthNewestChange(tenantId: string, nth: number): Promise<LimitReset | null> {
    const sql = `SELECT ${resetColumns('changed_at')} FROM tenant_configuration_history
      WHERE ${countedChange}
      ORDER BY changed_at DESC OFFSET $2 LIMIT 1`;
    const [row] = await this.database.query<LimitReset>(sql, [tenantId, nth - 1]);
    return row ?? null;
  }

  /** The changes that `findNthNewestChange` counts. */
  async countChanges(tenantId: string): Promise<HourlyUse> {
    const sql = `SELECT ${useColumns('changed_at')} FROM tenant_configuration_history WHERE ${countedChange}`;
    const [row] = await this.database.query<HourlyUse>(sql, [tenantId]);
    return row!;
  }

  async countPlaygroundRuns(tenantId: string): Promise<HourlyUse> {
    const sql = `SELECT ${useColumns('time')} FROM spent_tests, unnest(spent_at) time
      WHERE tenant_id = $1 AND ${isWithinLastHour('time')}`;
    const [row] = await this.database.query<HourlyUse>(sql, [tenantId]);
    return row!;
  }

  /** Counts one more run, unless there were `limit` within the last hour. Returns whether it counted. Concurrent calls wait. */
  async tryAddPlaygroundRun(tenantId: string, limit: number): Promise<boolean> {
    const sql = `INSERT INTO spent_tests AS spent (tenant_id, spent_at) VALUES ($1, ARRAY[clock_timestamp()])
      ON CONFLICT (tenant_id) DO UPDATE SET spent_at = clock_timestamp() || ARRAY(${recentRunsSql('spent.spent_at')})
      WHERE cardinality(ARRAY(${recentRunsSql('spent.spent_at')})) < $2 RETURNING tenant_id`;
    return (await this.database.query(sql, [tenantId, limit])).length > 0;
  }

  /** Like `findNthNewestChange`, for playground runs. */
  async findNthNewestPlaygroundRun(tenantId: string, nth: number): Promise<LimitReset | null> {
    const sql = `SELECT ${resetColumns('time')} FROM spent_tests, unnest(spent_at) time
      WHERE tenant_id = $1 AND ${isWithinLastHour('time')} ORDER BY time DESC OFFSET $2 LIMIT 1`;
    const [row] = await this.database.query<LimitReset>(sql, [tenantId, nth - 1]);
    return row ?? null;
  }
}

function recentRunsSql(times: string): string {
  return `SELECT time FROM unnest(${times}) time WHERE ${isWithinLastHour('time')}`;
}

/** The error when an hourly limit is reached. */
export function rateLimitedError(
  message: string,
  { name, limit }: HourlyLimit,
  { resets_at: resetsAt, retry_after_s }: LimitReset,
): DomainError {
  const reset = { limit, remaining: 0, resets_at: resetsAt.toISOString(), retry_after_s };
  const text = `${message} The next one is possible in ${retry_after_s} s.`;
  return new RateLimitedError(text, reset, { name, window_s: windowS });
}

/** What is left of an hourly limit, for the headers of an answer. */
export function rateLimitStatus({ name, limit }: HourlyLimit, { used, reset_s }: HourlyUse): RateLimitStatus {
  return { name, limit, remaining: Math.max(0, limit - used), reset_s, window_s: windowS };
}
