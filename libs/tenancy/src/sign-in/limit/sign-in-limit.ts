import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { Clock, RateLimitedError } from '#kernel';
import { LRUCache } from 'lru-cache';
import { networkOf } from './network.js';
import { type AttemptReset, SignInAttemptsRepository } from './sign-in-attempts.repository.js';

const limit = 10;
const policy = { name: 'sign-in', window_s: 60 } as const;
const maxRefusedAddresses = 10_000;

/** Limits the tries to sign in from an address to 10 a minute, over all replicas: Postgres counts (docs/adr/0008). */
@Injectable()
export class SignInLimit {
  /** Until when addresses are refused. One that goes on trying costs no query. */
  private readonly refused = new LRUCache<string, AttemptReset>({ max: maxRefusedAddresses });

  constructor(
    private readonly database: Database,
    private readonly repository: SignInAttemptsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one try, whether it will succeed or not.
   *
   * @throws RateLimitedError when the limit of the minute is reached. @throws UnavailableError when the database is unreachable.
   */
  async consume(address: string): Promise<void> {
    const network = networkOf(address);
    const known = this.findRefusal(network);
    const reset = known ?? (await this.count(network));
    if (reset === null) return;
    this.refused.set(network, reset);
    throw rateLimitedError(reset);
  }

  private findRefusal(network: string): AttemptReset | null {
    const refusal = this.refused.get(network);
    if (refusal === undefined) return null;
    const retry_after_s = Math.ceil((refusal.resets_at.getTime() - this.clock.now()) / 1000);
    return retry_after_s > 0 ? { ...refusal, retry_after_s } : null;
  }

  private count(network: string): Promise<AttemptReset | null> {
    return this.database.asPlatform(allTenants, () => this.tryCount(network));
  }

  private async tryCount(network: string): Promise<AttemptReset | null> {
    if (await this.repository.tryCount(network, limit)) return null;
    // Without a reset, the oldest try became older than a minute between the two statements.
    return (await this.repository.findReset(network, limit)) ?? (await this.tryCount(network));
  }
}

function rateLimitedError({ resets_at: resetsAt, retry_after_s }: AttemptReset): RateLimitedError {
  const message = `There were ${limit} tries to sign in from this address within a minute. The next one is possible in ${retry_after_s} s.`;
  const reset = { limit, remaining: 0, resets_at: resetsAt.toISOString(), retry_after_s };
  return new RateLimitedError(message, reset, policy);
}
