import { sameJson } from '#kernel';

/** One field of a change: what was stored before and after, null for nothing. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

interface Stored {
  readonly settings: object;
  readonly override_allowed: boolean;
}

/** What differs between two stored configurations, field by field. */
export function differences(before: Stored | null, after: Stored): FieldChange[] {
  const old: Record<string, unknown> = {
    ...before?.settings,
    ...(before && { override_allowed: before.override_allowed }),
  };
  const current: Record<string, unknown> = {
    ...after.settings,
    ...(before && { override_allowed: after.override_allowed }),
  };
  const fields = [...new Set([...Object.keys(old), ...Object.keys(current)])].toSorted();
  return fields
    .filter((field) => !sameJson(old[field], current[field]))
    .map((field) => ({ field, from: old[field] ?? null, to: current[field] ?? null }));
}
