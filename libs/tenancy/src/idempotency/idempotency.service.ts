import { Injectable, Logger } from '@nestjs/common';
import { DomainError, UnavailableError } from '#kernel';
import { type Attempt, type Claim, IdempotencyRepository } from './idempotency.repository.js';
import type { StoredResponse } from './sealed-answer.js';

/**
 * Runs a request once for its key. A repetition gets the first answer. Only answers are stored: a refused request runs again. When the
 * database or the process failed, the outcome may be unknown: a request that may have taken effect is a conflict for 24 hours; one that
 * did not can run again after five minutes at the latest.
 */
@Injectable()
export class IdempotencyService {
  private readonly logger = new Logger('idempotency');

  constructor(private readonly repository: IdempotencyRepository) {}

  /**
   * The answer of `work`, or the answer to the first request with this key.
   *
   * With `mayTakeOver`, a repetition runs in the place of a first request that has changed nothing yet; that one then fails and changes
   * nothing. For requests that a client repeats only after it has lost the first one.
   *
   * @throws ConflictError when the key was used for another request, or the first request is still running.
   */
  async run(
    attempt: Attempt,
    work: () => Promise<StoredResponse>,
    { mayTakeOver = false } = {},
  ): Promise<StoredResponse> {
    const claimed = await this.repository.claim(attempt, mayTakeOver);
    if (!('claimedAt' in claimed)) return claimed;
    const answer = await this.runOrRelease(claimed, work);
    await this.repository.keep(claimed, answer).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the response to an idempotent request could not be stored');
    });
    return answer;
  }

  private async runOrRelease(claim: Claim, work: () => Promise<StoredResponse>): Promise<StoredResponse> {
    try {
      return await this.repository.run(claim, work);
    } catch (error) {
      // If the key cannot be freed now, it expires by itself; the caller needs the first error.
      await this.releaseAfter(claim, error).catch(() => undefined);
      throw error;
    }
  }

  /** A refusal means that nothing was done. After any other error only the mark shows whether something was changed. */
  private releaseAfter(claim: Claim, error: unknown): Promise<void> {
    const isRefusal = error instanceof DomainError && !(error instanceof UnavailableError);
    return isRefusal ? this.repository.release(claim) : this.repository.releaseUnlessMarked(claim);
  }
}
