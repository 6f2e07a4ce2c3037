import { Injectable } from '@nestjs/common';
import { RecentQueriesRepository } from './recent-queries.repository.js';

/** The queries of all tenants on all replicas. */
export interface RecentQueries {
  /** Queries that were admitted within the last minute. */
  readonly last_minute: number;
  /** The share of them that no model answered, out of those that have ended; null if none has. */
  readonly error_rate: number | null;
  /** The 95th percentile of the latency of those that were answered, in milliseconds; null if none was. */
  readonly p95_ms: number | null;
  /** The cost of the queries of today (UTC) that have ended. */
  readonly cost_usd_today: number;
}

/**
 * How busy the whole service is.
 *
 * ```ts
 * const { last_minute, error_rate } = await recentQueries.read();
 * ```
 */
@Injectable()
export class RecentQueriesReader {
  constructor(private readonly repository: RecentQueriesRepository) {}

  /** @throws UnavailableError while the database cannot be reached. */
  read(): Promise<RecentQueries> {
    return this.repository.read();
  }
}
