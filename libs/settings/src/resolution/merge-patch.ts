import { isPlainObject } from '#kernel';
import type { SettingName, PartialSettings, TenantSettings } from '../definition/tenant-settings.js';
import { initialSettings } from '../definition/setting-names.js';

/** A merge patch of settings (RFC 7396): a setting that is left out stays, null removes the own value. */
export type SettingsPatch = { readonly [Name in SettingName]?: unknown };

/**
 * The own settings after the patch. Objects merge key by key; the patch is not checked here.
 *
 * ```ts
 * mergePatch({ temperature: 0.2, max_tokens: 300 }, { temperature: null }); // { max_tokens: 300 }
 * ```
 */
export function mergePatch(own: PartialSettings, patch: SettingsPatch): PartialSettings {
  return mergeValue(own, patch) as PartialSettings;
}

/** The platform's defaults after the patch. Null restores the default of a fresh installation. */
export function patchDefaults(defaults: TenantSettings, patch: SettingsPatch): TenantSettings {
  return { ...initialSettings(), ...mergePatch(defaults, patch) };
}

function mergeValue(target: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch;
  const targetObject = isPlainObject(target) ? target : {};
  const entries = new Map(Object.entries(targetObject));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) entries.delete(name);
    else entries.set(name, mergeValue(entries.get(name), value));
  }
  return Object.fromEntries(entries);
}
