import type { SettingsPatch } from '#settings';

export const bulkOutcomes = [
  'updated',
  'unchanged',
  'skipped_locked',
  'approval_required',
  'invalid',
  'conflict',
] as const;
export type BulkOutcome = (typeof bulkOutcomes)[number];

export const bulkStates = ['queued', 'running', 'completed', 'cancelled', 'failed'] as const;
export type BulkState = (typeof bulkStates)[number];

export type OutcomeCounts = { readonly [Outcome in BulkOutcome]: number };

/** A patch for many tenants, or the revert of such a patch. */
export interface BulkOperation extends OutcomeCounts {
  readonly id: string;
  readonly kind: 'update' | 'revert';
  readonly state: BulkState;
  readonly changes: SettingsPatch;
  readonly reason: string;
  /** The operation that this one reverts; null for an update. */
  readonly reverts: string | null;
  /** The operation that reverts this one; null if none does, or if it was cancelled or has failed. */
  readonly reverted_by: string | null;
  readonly matched: number;
  /** The number of tenants with an outcome. */
  readonly done: number;
  readonly failure_reason: string | null;
  readonly created_by: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

type TimestampColumn = 'created_at' | 'started_at' | 'finished_at';

/** An operation as the database returns it. */
export interface StoredBulkOperation extends Omit<BulkOperation, TimestampColumn> {
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** One tenant of an operation. */
export interface BulkItem {
  readonly tenant_id: string;
  /** null until the tenant is processed; it stays null after a cancellation. */
  readonly outcome: BulkOutcome | null;
  /** The tenant's version after the operation. */
  readonly version: number | null;
  /** Explanation of the outcome, if it needs one. */
  readonly detail: string | null;
}

/** True if the operation is completed, cancelled or failed. */
export function hasEnded({ state }: Pick<BulkOperation, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}

/** The operation as responses show it: times in ISO 8601. */
export function toBulkOperation(operation: StoredBulkOperation): BulkOperation {
  const { created_at: created, started_at: started, finished_at: finished } = operation;
  return {
    ...operation,
    created_at: created.toISOString(),
    started_at: started?.toISOString() ?? null,
    finished_at: finished?.toISOString() ?? null,
  };
}
