/** How an admitted query ended, as the usage log has it. One that nobody settled in time is `unsettled` until somebody does. */
type SettledOutcome = 'answered' | 'failed' | 'cancelled';

/** What a query came to. */
export interface UsageRecord {
  readonly outcome: SettledOutcome;
  /** Id of the model that was paid; null where none was, and then the rest is 0. */
  readonly model: string | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** All attempts together, in US dollars; counted to the nano-dollar. */
  readonly costUsd: number;
  /** From the question to the end of the answer. */
  readonly latencyMs: number;
}
