import type { FieldChange } from '#settings';
import type { ChangeAction, AuthorRole } from '../storage/configuration.repository.js';

export const changeRequestStates = ['pending', 'applied', 'rejected', 'void', 'withdrawn'] as const;
export type ChangeRequestState = (typeof changeRequestStates)[number];

/** A change that needs a platform admin's approval: a patch on a base version, never a whole document (specification §3.8). */
export interface ChangeRequest {
  readonly id: string;
  readonly tenant_id: string;
  readonly state: ChangeRequestState;
  readonly base_version: number;
  /** A merge patch of own settings, and `override_allowed` where that changes too. */
  readonly patch: Readonly<Record<string, unknown>>;
  /** For each changed field: the stored value when the request was made, and the value after the change. */
  readonly diff: readonly FieldChange[];
  /** How the history would name the change if it needed no approval. */
  readonly kind: ChangeAction;
  readonly reason: string | null;
  /** The bulk operation that the request is part of. */
  readonly bulk_id: string | null;
  readonly requested_by: string;
  readonly requested_by_role: AuthorRole;
  readonly decided_by: string | null;
  readonly comment: string | null;
  /** Why the request is void: what has changed since, or which rule it breaks now. */
  readonly void_reason: string | null;
  /** The version that the change made. */
  readonly applied_version: number | null;
  readonly created_at: string;
  readonly decided_at: string | null;
}
