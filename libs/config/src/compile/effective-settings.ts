import { type ConfigurationInputs, toLayers } from './compiled-configuration.js';
import { type PartialSettings, type Setter, type SettingName, pickEffectiveSettings } from '#settings';
import { buildProposedInputs } from './proposed-inputs.js';

interface EffectiveSettingsInput {
  readonly settings: PartialSettings;
  readonly changed: readonly SettingName[];
  readonly setter: Setter;
}

/**
 * The effective values of the changed settings once `settings` are stored: where a change removes the own value, the layer
 * below is what an approver agrees to.
 */
export function effectiveSettingsAfter(
  inputs: ConfigurationInputs,
  { settings, changed, setter }: EffectiveSettingsInput,
): PartialSettings {
  return pickEffectiveSettings(toLayers(buildProposedInputs(inputs, settings, setter)), changed);
}
