import type { UsageRecord } from '../ledger/ledger.js';

/** Records what the query used. */
type WriteUsage = (usage: UsageRecord) => Promise<void>;

/**
 * An admitted query and the money reserved for it. End it exactly once, with `settle` or `release`, also after an error. A
 * reservation that is not ended keeps its money until it expires, and the log shows it as unsettled. Declare the answer done only
 * after the call has resolved.
 *
 * Both methods reject with an UnavailableError while the database cannot be reached; the usage is then kept in memory and
 * written later. They reject with a TenantNotFoundError when the tenant was deleted.
 */
export class Reservation {
  /**
   * @param dataVersion The version of the tenant's searchable data when the query was admitted; null if there is none. It rises with
   * each change, and says nothing else.
   */
  constructor(
    private readonly write: WriteUsage,
    readonly dataVersion: number | null,
  ) {}

  /** The query ended with an answer, or after a provider had counted tokens: records what it used. */
  settle(usage: UsageRecord): Promise<void> {
    return this.write(usage);
  }

  /** The query ended without an answer, and no provider counted tokens. Costs nothing but still counts against the quota. */
  release(outcome: 'failed' | 'cancelled', latencyMs: number): Promise<void> {
    return this.write({ outcome, model: null, promptTokens: 0, completionTokens: 0, costUsd: 0, latencyMs });
  }
}
