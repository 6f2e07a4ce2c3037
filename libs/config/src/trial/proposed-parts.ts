import { sameJson } from '#kernel';
import type { Parts } from '../read/compiled-configuration.js';
import type { SetBy } from '../settings/layers.js';
import { type SettingName, type SomeSettings, settingNames } from '../settings/tenant-settings.js';

type Setter = NonNullable<SetBy[SettingName]>;

/**
 * The parts as they would be if `setter` had saved these settings. Who set a setting counts for one that the plan locks: a tenant's value
 * of it is passed over, the platform's is not.
 */
export function proposedParts(parts: Parts, settings: SomeSettings, setter: Setter): Parts {
  const { settings: before, set_by: setBy } = parts.stored;
  const names = settingNames.filter((name) => name in settings);
  const entries = names.map((name) => [name, sameJson(before[name], settings[name]) ? setBy[name] : setter]);
  const set_by = Object.fromEntries(entries.filter(([, by]) => by !== undefined)) as SetBy;
  return { ...parts, stored: { ...parts.stored, settings, set_by } };
}
