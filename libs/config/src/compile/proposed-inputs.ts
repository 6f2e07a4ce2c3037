import { type ConfigurationInputs, toLayers } from './compiled-configuration.js';
import {
  type PartialSettings,
  type Setter,
  type SettingName,
  pickEffectiveSettings,
  settersAfterChange,
} from '#settings';

/**
 * The inputs as they would be after `setter` saved these settings. The setter matters for a setting that the plan locks: a tenant's
 * value is ignored, the platform's value is used.
 */
export function buildProposedInputs(
  inputs: ConfigurationInputs,
  settings: PartialSettings,
  setter: Setter,
): ConfigurationInputs {
  const set_by = settersAfterChange(inputs.stored, settings, () => setter);
  return { ...inputs, stored: { ...inputs.stored, settings, set_by } };
}

interface EffectiveSettingsInput {
  readonly settings: PartialSettings;
  readonly changed: readonly SettingName[];
  readonly setter: Setter;
}

/**
 * The effective values of the changed settings after `settings` are stored: what an approver agrees to. If the change removes an own
 * value, this is the value of the layer below.
 */
export function effectiveSettingsAfter(
  inputs: ConfigurationInputs,
  { settings, changed, setter }: EffectiveSettingsInput,
): PartialSettings {
  return pickEffectiveSettings(toLayers(buildProposedInputs(inputs, settings, setter)), changed);
}
