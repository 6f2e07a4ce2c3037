import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { Clock, InvalidInputError, RateLimitedError } from '#kernel';
import { LRUCache } from 'lru-cache';
import { networkOf } from './network.js';
import { type AttemptReset, SignInAttemptsRepository } from './sign-in-attempts.repository.js';

const maxRefusedAddresses = 10_000;

interface AddressLimit {
  /** In a minute. */
  readonly max: number;
  readonly policy: string;
  /** What is counted, for the message. */
  readonly what: string;
}

const signIns: AddressLimit = { max: 10, policy: 'sign-in', what: 'tries to sign in' };
const invalidRequests: AddressLimit = { max: 60, policy: 'invalid-requests', what: 'invalid requests' };

/** Limits what an address may try in a minute, over all replicas: Postgres counts (docs/adr/0008). */
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
   * Counts one try to sign in, whether it will succeed or not: 10 a minute.
   *
   * @throws RateLimitedError when the limit of the minute is reached. @throws UnavailableError when the database is unreachable.
   */
  async consume(address: string): Promise<void> {
    const network = networkOf(address);
    this.assertNotRefused(network, signIns);
    await this.countOne(network, signIns);
  }

  /**
   * Runs `work`, and counts the request if it turns out to be invalid: 60 a minute for each purpose. For routes that one address
   * uses for many people, such as an identity provider.
   *
   * @throws RateLimitedError when the limit of the minute is reached. @throws what `work` throws.
   */
  async countIfInvalid<T>(address: string, purpose: string, work: () => Promise<T>): Promise<T> {
    const key = `${purpose} ${networkOf(address)}`;
    this.assertNotRefused(key, invalidRequests);
    try {
      return await work();
    } catch (error) {
      if (error instanceof InvalidInputError) await this.countOne(key, invalidRequests);
      throw error;
    }
  }

  private assertNotRefused(key: string, limit: AddressLimit): void {
    const refusal = this.refused.get(key);
    if (refusal === undefined) return;
    const retry_after_s = Math.ceil((refusal.resets_at.getTime() - this.clock.now()) / 1000);
    if (retry_after_s > 0) throw rateLimitedError({ ...refusal, retry_after_s }, limit);
  }

  private async countOne(key: string, limit: AddressLimit): Promise<void> {
    const reset = await this.database.asPlatform(allTenants, () => this.tryCount(key, limit.max));
    if (reset === null) return;
    this.refused.set(key, reset);
    throw rateLimitedError(reset, limit);
  }

  private async tryCount(key: string, max: number): Promise<AttemptReset | null> {
    if (await this.repository.tryCount(key, max)) return null;
    // Without a reset, the oldest try became older than a minute between the two statements.
    return (await this.repository.findReset(key, max)) ?? (await this.tryCount(key, max));
  }
}

function rateLimitedError(
  { resets_at: resetsAt, retry_after_s }: AttemptReset,
  { max, policy, what }: AddressLimit,
): RateLimitedError {
  const message = `There were ${max} ${what} from this address within a minute. The next one is possible in ${retry_after_s} s.`;
  const reset = { limit: max, remaining: 0, resets_at: resetsAt.toISOString(), retry_after_s };
  return new RateLimitedError(message, reset, { name: policy, window_s: 60 });
}
