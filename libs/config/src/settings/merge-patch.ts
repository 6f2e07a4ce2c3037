import { isPlainObject } from '#kernel';
import {
  type SettingName,
  type SomeSettings,
  type TenantSettings,
  initialSettings,
} from './tenant-settings.js';

/** A merge patch over settings (RFC 7396): what is left out stays, null removes the own value. */
export type SettingsPatch = { readonly [Name in SettingName]?: unknown };

/** The own settings after the patch; objects merge key by key. */
export function mergePatch(own: SomeSettings, patch: SettingsPatch): SomeSettings {
  return merged(own, patch) as SomeSettings;
}

/** The platform's defaults after the patch; null restores Attune's own value. */
export function defaultsAfter(defaults: TenantSettings, patch: SettingsPatch): TenantSettings {
  return { ...initialSettings(), ...mergePatch(defaults, patch) };
}

function merged(target: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch;
  const kept = isPlainObject(target) ? target : {};
  const entries = new Map(Object.entries(kept));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) entries.delete(name);
    else entries.set(name, merged(entries.get(name), value));
  }
  return Object.fromEntries(entries);
}
