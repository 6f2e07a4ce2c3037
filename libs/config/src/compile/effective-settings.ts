import { type ConfigurationInputs, toLayers } from './compiled-configuration.js';
import { type SettersByName, resolveSettings, type SettingName, type PartialSettings } from '#settings';
import { buildProposedInputs } from './proposed-inputs.js';

interface EffectiveSettingsInput {
  readonly settings: PartialSettings;
  readonly changed: readonly SettingName[];
  readonly setter: NonNullable<SettersByName[SettingName]>;
}

/**
 * The effective values of the changed settings once `settings` are stored: where a change removes the own value, the layer
 * below is what an approver agrees to.
 */
export function effectiveSettingsAfter(
  inputs: ConfigurationInputs,
  { settings, changed, setter }: EffectiveSettingsInput,
): PartialSettings {
  const resolved = resolveSettings(toLayers(buildProposedInputs(inputs, settings, setter)));
  return Object.fromEntries(changed.map((name) => [name, resolved.settings[name]]));
}
