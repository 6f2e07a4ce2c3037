import { isJsonEqual } from '#kernel';

/** One field of a change: what was stored before and after, null for nothing. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

interface DiffableConfiguration {
  readonly settings: object;
  readonly override_allowed: boolean;
}

/** What differs between two stored configurations, field by field. */
export function diffConfigurations(
  before: DiffableConfiguration | null,
  after: DiffableConfiguration,
): FieldChange[] {
  const previous: Record<string, unknown> = {
    ...before?.settings,
    ...(before && { override_allowed: before.override_allowed }),
  };
  const current: Record<string, unknown> = {
    ...after.settings,
    ...(before && { override_allowed: after.override_allowed }),
  };
  const fields = [...new Set([...Object.keys(previous), ...Object.keys(current)])].toSorted();
  return fields
    .filter((field) => !isJsonEqual(previous[field], current[field]))
    .map((field) => ({ field, from: previous[field] ?? null, to: current[field] ?? null }));
}
