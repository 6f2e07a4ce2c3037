import { Injectable } from '@nestjs/common';
import { type RecentQueries, RecentQueriesRepository } from './recent-queries.repository.js';

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
