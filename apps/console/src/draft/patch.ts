import type { SettingsPatch } from './draft-store.js';
import { isObject, isSame } from './json.js';

/** What a tenant stores itself, by setting. */
export type OwnSettings = Readonly<Record<string, unknown>>;

/** The own settings after the patch, as the API computes them. */
export function applyPatch(own: OwnSettings, patch: SettingsPatch): OwnSettings {
  return merge(own, patch) as OwnSettings;
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, merge(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

/**
 * The patch in which `setting` becomes `value`. A value that is stored already leaves the patch, and of an object only the keys that
 * differ are sent.
 */
export function withValue(
  patch: SettingsPatch,
  own: OwnSettings,
  setting: string,
  value: unknown,
): SettingsPatch {
  const stored = own[setting];
  if (value === null) return withReset(patch, own, setting);
  if (isSame(stored, value)) return without(patch, setting);
  return { ...patch, [setting]: isObject(value) ? differenceOf(stored, value) : value };
}

/** The patch that resets `setting` to the layer below. A setting that is not stored has nothing to reset. */
export function withReset(patch: SettingsPatch, own: OwnSettings, setting: string): SettingsPatch {
  return Object.hasOwn(own, setting) ? { ...patch, [setting]: null } : without(patch, setting);
}

/** The patch that leaves `setting` as it is. */
export function without(patch: SettingsPatch, setting: string): SettingsPatch {
  return Object.fromEntries(Object.entries(patch).filter(([name]) => name !== setting));
}

/** The part of the patch that changes something where these own settings are stored. */
export function withoutStored(patch: SettingsPatch, own: OwnSettings): SettingsPatch {
  const { [overrideAllowed]: lock, ...settings } = patch;
  const after = applyPatch(own, settings);
  const needed = Object.keys(settings).reduce<SettingsPatch>(
    (kept, name) => withValue(kept, own, name, after[name] ?? null),
    {},
  );
  return lock === undefined ? needed : { ...needed, [overrideAllowed]: lock };
}

/** In a patch beside settings: whether the platform may change the tenant. */
export const overrideAllowed = 'override_allowed';

export function isEmpty(patch: SettingsPatch): boolean {
  return Object.keys(patch).length === 0;
}

function differenceOf(stored: unknown, value: Record<string, unknown>): Record<string, unknown> {
  const before = isObject(stored) ? stored : {};
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(value, name));
  const changed = Object.entries(value).filter(([name, each]) => !isSame(before[name], each));
  return Object.fromEntries([...removed.map((name) => [name, null] as const), ...changed]);
}
