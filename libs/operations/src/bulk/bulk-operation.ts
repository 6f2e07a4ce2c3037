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

/** One patch for many tenants, or the taking back of one. */
export interface BulkOperation extends OutcomeCounts {
  readonly id: string;
  readonly kind: 'update' | 'revert';
  readonly state: BulkState;
  readonly changes: SettingsPatch;
  readonly reason: string;
  /** The operation that a revert takes back. */
  readonly reverts: string | null;
  readonly matched: number;
  /** How many tenants have an outcome. */
  readonly done: number;
  readonly failure_reason: string | null;
  readonly created_by: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface BulkItem {
  readonly tenant_id: string;
  /** null while it is to be done, or after a cancellation. */
  readonly outcome: BulkOutcome | null;
  /** The tenant's version after it. */
  readonly version: number | null;
  /** Why, in words, where the outcome does not say it all. */
  readonly detail: string | null;
}

export function hasEnded({ state }: Pick<BulkOperation, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}
