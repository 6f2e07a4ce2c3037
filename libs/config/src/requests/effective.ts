import { type Parts, layersOf } from '../read/compiled-configuration.js';
import { type SetBy, resolve } from '../settings/layers.js';
import type { SettingName, SomeSettings } from '../settings/tenant-settings.js';
import { proposedParts } from '../trial/proposed-parts.js';

interface Given {
  readonly settings: SomeSettings;
  readonly changed: readonly SettingName[];
  readonly setter: NonNullable<SetBy[SettingName]>;
}

/**
 * The effective values of the changed settings once `settings` are stored: where a change removes the own value, the layer
 * below is what an approver agrees to.
 */
export function effectiveAfter(parts: Parts, { settings, changed, setter }: Given): SomeSettings {
  const after = resolve(layersOf(proposedParts(parts, settings, setter)));
  return Object.fromEntries(changed.map((name) => [name, after.settings[name]]));
}
