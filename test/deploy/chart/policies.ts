import { containerPolicies } from './container-policies.js';
import { networkPolicies } from './network-policies.js';
import type { Policy } from './policy.js';
import { rolloutPolicies } from './rollout-policies.js';

/** What the chart must keep, whatever its values. */
export const policies: readonly Policy[] = [...containerPolicies, ...rolloutPolicies, ...networkPolicies];
