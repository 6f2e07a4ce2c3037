import type { FieldError } from '#kernel';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import {
  type Layers,
  findChangeErrors,
  type SettingName,
  type PartialSettings,
  isSettingName,
} from '#settings';

/** Whether a selected tenant takes part in a rollout; every word but the first says why not. */
export const eligibilities = [
  'eligible',
  'override_locked',
  'approval_required',
  'managed_by_code',
  'locked_by_plan',
  'invalid',
] as const;
export type Eligibility = (typeof eligibilities)[number];

/** What decides on a tenant's taking part. */
export interface RolloutCandidate extends Pick<StoredConfiguration, 'override_allowed'> {
  readonly layers: Layers;
  readonly approval_required: boolean;
}

/**
 * A rollout changes nothing that a bulk update by the platform could not change: not for tenants that keep their settings or
 * whose changes need approval, nothing that a file owns or a plan fixes, and nothing that would be invalid.
 */
export function evaluateEligibility(changes: PartialSettings, candidate: RolloutCandidate): Eligibility {
  const { layers, override_allowed: isOverridable, approval_required: needsApproval } = candidate;
  const changedNames = Object.keys(changes).filter(isSettingName);
  if (!isOverridable) return 'override_locked';
  if (needsApproval) return 'approval_required';
  if (changedNames.some((name) => layers.setBy[name] === 'code')) return 'managed_by_code';
  if (changedNames.some((name) => layers.plan.locked_settings.includes(name))) return 'locked_by_plan';
  return findErrorsUnderRollout(changes, layers).length > 0 ? 'invalid' : 'eligible';
}

/** What would be wrong with the tenant's configuration if the changes were its own settings. */
export function findErrorsUnderRollout(changes: PartialSettings, layers: Layers): FieldError[] {
  const own = { ...layers.own, ...changes };
  const after: Layers = { ...layers, own, overlays: { ...layers.overlays, rollout: changes } };
  return findChangeErrors(layers, after, new Set<SettingName>(Object.keys(changes).filter(isSettingName)));
}
