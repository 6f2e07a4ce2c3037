import type { FieldChange } from '#settings';
import { type AuthorRole, changeActions } from '../storage/configuration.repository.js';

export const changeRequestStates = ['pending', 'applied', 'rejected', 'void', 'withdrawn'] as const;
/** What the change would have been without approval. `tenant_update` changes the tenant itself, every other kind its configuration. */
export const changeRequestKinds = [...changeActions, 'tenant_update'] as const;
export type ChangeRequestKind = (typeof changeRequestKinds)[number];
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
  /** How the history would name the change if it needed no approval; `tenant_update` is in no history. */
  readonly kind: ChangeRequestKind;
  readonly reason: string | null;
  /** The bulk operation that the request is part of. */
  readonly bulk_id: string | null;
  readonly requested_by: string;
  readonly requested_by_role: AuthorRole;
  readonly decided_by: string | null;
  readonly comment: string | null;
  /** Why the request is void: what has changed since, or which rule it breaks now. */
  readonly void_reason: string | null;
  /** The version that the change made; null also for `tenant_update`, which makes none. */
  readonly applied_version: number | null;
  readonly created_at: string;
  readonly decided_at: string | null;
}
