import type { FieldChange } from '../settings/difference.js';

export const requestStates = ['pending', 'applied', 'rejected', 'void', 'withdrawn'] as const;
export type RequestState = (typeof requestStates)[number];

/** A change that waits for a platform admin's approval: a patch on a base version, never a whole document (SPEC §3.8). */
export interface ChangeRequest {
  readonly id: string;
  readonly tenant_id: string;
  readonly state: RequestState;
  readonly base_version: number;
  readonly patch: Readonly<Record<string, unknown>>;
  readonly diff: readonly FieldChange[];
  readonly reason: string | null;
  readonly requested_by: string;
  readonly decided_by: string | null;
  readonly comment: string | null;
  readonly void_reason: string | null;
  readonly created_at: string;
  readonly decided_at: string | null;
}
