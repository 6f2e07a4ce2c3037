import type { ConfigurationInputs } from './compiled-configuration.js';
import { type Setter, settersAfterChange, type PartialSettings } from '#settings';

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
