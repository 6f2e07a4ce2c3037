import type { UsageLimits } from './tenant-limits.js';

/** How an admitted query ended, and what it cost. */
export interface UsageRecord {
  readonly outcome: 'answered' | 'failed' | 'cancelled';
  /** Id of the model that was paid. Null when no model was paid; tokens and cost are then 0. */
  readonly model: string | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** All attempts together, in US dollars; the ledger counts it in nano-dollars. */
  readonly costUsd: number;
  /** From the question to the end of the answer. */
  readonly latencyMs: number;
}

/** A query to admit, with its tenant's limits. */
export interface AdmissionInput extends UsageLimits {
  readonly tenantId: string;
  readonly userId: string;
  readonly configVersion: number;
  readonly maxCostUsd: number;
  /** How long the money stays reserved if nothing settles the query. */
  readonly reservationTtlMs: number;
}

/** The ledger's decision about a query, with what the tenant had used before. */
export interface Admission {
  /** null: the query is admitted, and `log_id` names it. */
  readonly refusal: 'quota' | 'rate' | 'budget' | null;
  readonly log_id: string | null;
  readonly used: number;
  readonly spent_usd: number;
  readonly held_usd: number;
  readonly day_ends: Date;
  readonly month_ends: Date;
  readonly minute_ends: Date;
  readonly now_at: Date;
  /** The version of the tenant's searchable data at that moment; null if there is none. */
  readonly data_version: number | null;
}

/** What a tenant has used today and this month (UTC). */
export interface UsageSnapshot {
  readonly used: number;
  readonly spent_usd: number;
  readonly reserved_usd: number;
  readonly day_ends: Date;
  readonly month_ends: Date;
}

/** The usage of an admitted query that the ledger has not recorded yet. */
export interface PendingSettlement {
  readonly tenantId: string;
  readonly logId: string;
  readonly usage: UsageRecord;
}

/**
 * `late`: recorded after the reservation had expired. `again`: settled before, so nothing changed. null: the tenant was
 * deleted.
 */
export type SettlementResult = 'settled' | 'late' | 'again' | null;

/** The ledger's time. Null means Postgres' own clock, the same for all replicas; only tests set a time. */
export class LedgerClock {
  now(): Date | null {
    return null;
  }
}
