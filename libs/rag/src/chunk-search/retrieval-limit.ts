import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { RateLimitStatus } from '#http';
import { RateLimitedError } from '#kernel';
import {
  type CountedRetrieval,
  RetrievalLimitRepository,
  type RetrievalReset,
} from './retrieval-limit.repository.js';

const limit = 60;
const policy = { name: 'retrieve', window_s: 60 } as const;

/** A search that may run. */
export interface AdmittedRetrieval {
  /** What is left of the minute. */
  readonly rateLimit: RateLimitStatus;
  /** The version of the tenant's documents at the moment; 0 if it never had one. */
  readonly documentsVersion: number;
}

/** Limits the searches of a credential to 60 a minute, over all replicas: Postgres counts (docs/adr/0008). */
@Injectable()
export class RetrievalLimit {
  constructor(
    private readonly database: Database,
    private readonly repository: RetrievalLimitRepository,
  ) {}

  /**
   * Counts one search. Call it after the input was validated.
   *
   * @throws RateLimitedError when the limit of the minute is reached; nothing is counted then
   * @throws UnavailableError when the database is unreachable
   */
  async consume(tenantId: string, credential: string): Promise<AdmittedRetrieval> {
    const count = () => this.database.asTenant(tenantId, () => this.tryCount(credential));
    const counted = await this.database.withoutCommitHook(count);
    if ('retry_after_s' in counted) throw rateLimitedError(counted);
    const { used, reset_s, documents_version: documentsVersion } = counted;
    return { rateLimit: { ...policy, limit, remaining: limit - used, reset_s }, documentsVersion };
  }

  private async tryCount(credential: string): Promise<CountedRetrieval | RetrievalReset> {
    const counted = await this.repository.tryCount(credential, limit);
    // Without a reset, the oldest search became older than a minute between the two statements.
    return (
      counted ?? (await this.repository.findReset(credential, limit)) ?? (await this.tryCount(credential))
    );
  }
}

function rateLimitedError({ resets_at: resetsAt, retry_after_s }: RetrievalReset): RateLimitedError {
  const message = `This credential has searched ${limit} times within a minute. The next search is possible in ${retry_after_s} s.`;
  const reset = { limit, remaining: 0, resets_at: resetsAt.toISOString(), retry_after_s };
  return new RateLimitedError(message, reset, policy);
}
