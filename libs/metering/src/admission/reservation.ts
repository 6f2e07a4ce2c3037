import type { UsageRecord } from '../ledger/usage-record.js';

/** Writes a reservation's bill. */
type WriteUsage = (bill: UsageRecord) => Promise<void>;

/**
 * A query that was admitted, with the money that is held for it. End it exactly once, whatever happens: what is not ended keeps its money
 * until it expires, and stands in the log as unsettled. Until the call has resolved the answer must not be called done.
 *
 * Both reject with a DomainError `unavailable` when the database is away; the bill is then kept and written as soon as it is back.
 */
export class Reservation {
  constructor(private readonly write: WriteUsage) {}

  settle(usage: UsageRecord): Promise<void> {
    return this.write(usage);
  }

  /** The query ended without an answer, and no provider counted a token for it. It costs nothing; the quota has it all the same. */
  release(outcome: 'failed' | 'cancelled', latencyMs: number): Promise<void> {
    return this.write({ outcome, model: null, promptTokens: 0, completionTokens: 0, costUsd: 0, latencyMs });
  }
}
