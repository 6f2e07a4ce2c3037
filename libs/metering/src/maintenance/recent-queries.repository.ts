import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { LedgerClock } from '../ledger/ledger.js';

/** The queries of all tenants on all replicas. */
interface RecentQueries {
  /** Queries that were admitted within the last minute. */
  readonly last_minute: number;
  /** The share of them that no model answered, out of those that have ended; null if none has. */
  readonly error_rate: number | null;
  /** The 95th percentile of the latency of those that were answered, in milliseconds; null if none was. */
  readonly p95_ms: number | null;
  /** The cost of the queries of today (UTC) that have ended. */
  readonly cost_usd_today: number;
}

/** Reads how busy the whole service is: the queries of all tenants, of the last minute and of today. */
@Injectable()
export class RecentQueriesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: LedgerClock,
  ) {}

  /** @throws UnavailableError while the database cannot be reached. */
  async read(): Promise<RecentQueries> {
    const sql = `SELECT count(l.id)::integer AS last_minute,
        (count(l.id) FILTER (WHERE outcome IN ('failed', 'unsettled')) / nullif(count(l.id) FILTER (WHERE outcome IS NOT NULL), 0)::float8) AS error_rate,
        percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE outcome = 'answered') AS p95_ms,
        (SELECT coalesce(sum(cost_nano_usd) / 1e9, 0)::float8 FROM usage_daily WHERE day = (t.moment AT TIME ZONE 'UTC')::date) AS cost_usd_today
      FROM (SELECT coalesce($1::timestamptz, statement_timestamp()) AS moment) t
      LEFT JOIN usage_log l ON l.admitted_at > t.moment - interval '1 minute' AND l.admitted_at <= t.moment
      GROUP BY t.moment`;
    const work = () => this.database.query<RecentQueries>(sql, [this.clock.now()]);
    const [row] = await this.database.readAsPlatform(allTenants, work);
    return row!;
  }
}
