import { isJsonEqual, isPlainObject } from '#kernel';
import type { PartialSettings, SettingName } from '../definition/tenant-settings.js';
import { settingNames } from '../definition/setting-names.js';

/** One field of a change: the stored values before and after it, null for a missing one. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

interface DiffableConfiguration {
  readonly settings: object;
  readonly override_allowed: boolean;
}

/** The fields that differ between two stored configurations, in alphabetical order. `before` is null for a tenant that is new. */
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

/** The merge patch (RFC 7396) that turns `before` into `after`: only what differs, null for what is removed. */
export function createPatch(
  before: DiffableConfiguration,
  after: DiffableConfiguration,
): Record<string, unknown> {
  const isOverrideChanged = before.override_allowed !== after.override_allowed;
  return {
    ...patchObject({ ...before.settings }, { ...after.settings }),
    ...(isOverrideChanged && { override_allowed: after.override_allowed }),
  };
}

/** The settings that the second set changes, adds or removes, in the order of declaration. */
export function changedSettings(before: PartialSettings, after: PartialSettings): SettingName[] {
  return settingNames.filter(
    (name) => !isJsonEqual(before[name], after[name]) || name in before !== name in after,
  );
}

function patchObject(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Record<string, unknown> {
  const removedNames = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const changed = Object.entries(after).filter(
    ([name, value]) => !Object.hasOwn(before, name) || !isJsonEqual(before[name], value),
  );
  return Object.fromEntries([
    ...removedNames.map((name) => [name, null]),
    ...changed.map(([name, value]) => [name, patchValue(before[name], value)]),
  ]) as Record<string, unknown>;
}

function patchValue(before: unknown, after: unknown): unknown {
  return isPlainObject(before) && isPlainObject(after) ? patchObject(before, after) : after;
}
