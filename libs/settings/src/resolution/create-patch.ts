import { isPlainObject, isJsonEqual } from '#kernel';
import type { PartialSettings } from '../definition/tenant-settings.js';

interface PatchableConfiguration {
  readonly settings: PartialSettings;
  readonly override_allowed: boolean;
}

/** The merge patch (RFC 7396) that makes one configuration out of the other: only what differs, null for what goes. */
export function createPatch(
  before: PatchableConfiguration,
  after: PatchableConfiguration,
): Record<string, unknown> {
  const isOverrideChanged = before.override_allowed !== after.override_allowed;
  return {
    ...patchObject({ ...before.settings }, { ...after.settings }),
    ...(isOverrideChanged && { override_allowed: after.override_allowed }),
  };
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
