import type { Parts } from '../read/compiled-configuration.js';
import { type Setter, setByAfter } from '../settings/layers.js';
import type { SomeSettings } from '../settings/tenant-settings.js';

/**
 * The parts as they would be if `setter` had saved these settings. Who set a setting counts for one that the plan locks: a tenant's value
 * of it is passed over, the platform's is not.
 */
export function proposedParts(parts: Parts, settings: SomeSettings, setter: Setter): Parts {
  const set_by = setByAfter(parts.stored, settings, () => setter);
  return { ...parts, stored: { ...parts.stored, settings, set_by } };
}
