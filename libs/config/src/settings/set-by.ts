import { sameJson } from '#kernel';
import type { SetBy } from './layers.js';
import { type SettingName, type SomeSettings, settingNames } from './tenant-settings.js';

export type Setter = NonNullable<SetBy[SettingName]>;

interface Stored {
  readonly settings: SomeSettings;
  readonly set_by: SetBy;
}

/** Who counts as having set each setting after a change, as the database decides it: whoever gave it the value that it has. */
export function setByAfter(
  before: Stored,
  settings: SomeSettings,
  setterOf: (name: SettingName) => Setter,
): SetBy {
  const names = settingNames.filter((name) => name in settings);
  return Object.fromEntries(
    names.map((name) => {
      const isKept = sameJson(before.settings[name], settings[name]);
      return [name, isKept ? (before.set_by[name] ?? 'platform_admin') : setterOf(name)];
    }),
  );
}
