import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError, UnavailableError } from '#kernel';
import type { DatabaseAvailability } from '../availability/database-availability.js';
import { poolSizeOf } from '../data-source.js';
import type { TransactionRunner } from '../transaction/transaction-runner.js';
import type { TransactionScope } from '../transaction/transaction-scope.js';
import type { Standby } from './open-standby.js';
import { type ServerPosition, hasReplayed, readPosition } from './server-position.js';

/** How long a read waits for the standby to replay what was committed before it. Then the primary is quicker. */
const replayTimeoutMs = 100;
const replayCheckMs = 5;

/** `standby`: it answered. In the other cases the primary did, because the standby was not available, was behind, or failed. */
export const standbyOutcomes = ['standby', 'unavailable', 'behind', 'failed'] as const;
type StandbyOutcome = (typeof standbyOutcomes)[number];

/**
 * Sends reads to the standby, and to the primary when the standby cannot answer as the primary would. A read asks the primary first how
 * far it is, and waits until the standby is there. So no read misses what was committed before it, by whichever replica.
 */
export class StandbyReads {
  readonly transactions: TransactionRunner;
  /** How many reads had each outcome. */
  readonly counts: Record<StandbyOutcome, number> = { standby: 0, unavailable: 0, behind: 0, failed: 0 };
  /** Whether reads are sent to the standby, since when, and why not. */
  readonly availability: DatabaseAvailability;

  constructor(
    private readonly primary: TransactionRunner,
    { dataSource, availability }: Standby,
  ) {
    this.availability = availability;
    this.transactions = primary.onOtherServer({
      dataSource,
      availability,
      maxTransactions: poolSizeOf(dataSource),
      isExemptFromOutage: () => false,
    });
  }

  /** Runs `work`, which only reads, in a transaction of the scope. If the standby fails, `work` runs again on the primary. */
  async run<T>(scope: TransactionScope, work: () => Promise<T>): Promise<T> {
    if (this.primary.isInTransaction) return this.primary.run(scope, work);
    const outcome = await this.tryStandby(scope, work);
    const isAnswered = typeof outcome === 'object';
    this.counts[isAnswered ? 'standby' : outcome] += 1;
    return isAnswered ? outcome.answer : this.primary.run(scope, work);
  }

  private async tryStandby<T>(
    scope: TransactionScope,
    work: () => Promise<T>,
  ): Promise<{ readonly answer: T } | Exclude<StandbyOutcome, 'standby'>> {
    if (!this.availability.isAvailable) return 'unavailable';
    const committed = await this.primary.run(scope, () => readPosition(this.primary));
    const readWhenReplayed = async () =>
      (await this.waitForReplay(committed)) ? { answer: await work() } : ('behind' as const);
    try {
      return await this.transactions.run(scope, readWhenReplayed);
    } catch (error) {
      const isOfTheRequest = error instanceof DomainError && !(error instanceof UnavailableError);
      if (isOfTheRequest) throw error;
      return 'failed';
    }
  }

  /** Later statements of the transaction see at least what the server has replayed now. */
  private async waitForReplay(committed: ServerPosition): Promise<boolean> {
    const deadline = performance.now() + replayTimeoutMs;
    while (!hasReplayed(await readPosition(this.transactions), committed)) {
      if (performance.now() > deadline) return false;
      await pause(replayCheckMs);
    }
    return true;
  }
}
