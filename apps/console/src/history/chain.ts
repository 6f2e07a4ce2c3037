import type { Schema } from '../api/operations.js';

/** What the check of every history answered. */
export type HistoryCheck = Schema<'HistoryVerificationResponse'>;

/** A check, and the newest version that it can have seen. */
export interface ChainCheck {
  readonly result: HistoryCheck;
  readonly newest: number;
}

/** How the seal of a version is: `sealed` as the database wrote it and not checked, or as the check has found it. */
export type SealState = 'sealed' | 'verified' | 'broken';

/** The seal of one version of a tenant. The check ends at the first broken entry by tenant and version, and says nothing of those after it. */
export function sealOf(version: number, tenantId: string, check: ChainCheck | undefined): SealState {
  if (check === undefined || version > check.newest) return 'sealed';
  const { first_broken: broken } = check.result;
  if (broken === null) return 'verified';
  if (broken.tenant_id !== tenantId) return 'sealed';
  if (version === broken.version) return 'broken';
  return version < broken.version ? 'verified' : 'sealed';
}
