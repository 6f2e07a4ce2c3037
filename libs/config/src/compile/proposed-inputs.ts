import type { ConfigurationInputs } from './compiled-configuration.js';
import { type Setter, settersAfterChange, type PartialSettings } from '#settings';

/**
 * The parts as they would be if `setter` had saved these settings. Who set a setting counts for one that the plan locks: a tenant's value
 * of it is passed over, the platform's is not.
 */
export function buildProposedInputs(
  inputs: ConfigurationInputs,
  settings: PartialSettings,
  setter: Setter,
): ConfigurationInputs {
  const set_by = settersAfterChange(inputs.stored, settings, () => setter);
  return { ...inputs, stored: { ...inputs.stored, settings, set_by } };
}
