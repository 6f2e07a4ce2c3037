import type { FieldError } from '#kernel';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import {
  type Layers,
  findChangeErrors,
  type SettingName,
  type PartialSettings,
  isSettingName,
} from '#settings';

/** Whether a selected tenant takes part in a rollout. Every value but the first is a reason why it does not. */
export const eligibilities = [
  'eligible',
  'override_locked',
  'approval_required',
  'managed_by_code',
  'locked_by_plan',
  'invalid',
] as const;
/** See `eligibilities`. */
export type Eligibility = (typeof eligibilities)[number];

/** What decides whether a tenant takes part. */
export interface RolloutCandidate extends Pick<StoredConfiguration, 'override_allowed'> {
  readonly layers: Layers;
  readonly approval_required: boolean;
}

/**
 * A rollout may change what a bulk update of the platform may change. A tenant takes part only if it allows overrides, needs no
 * approval, no file owns and no plan locks a changed setting, and the result is valid.
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

/** The errors of the tenant's configuration if the changes were its own settings. */
export function findErrorsUnderRollout(changes: PartialSettings, layers: Layers): FieldError[] {
  const own = { ...layers.own, ...changes };
  const after: Layers = { ...layers, own, overlays: { ...layers.overlays, rollout: changes } };
  return findChangeErrors(layers, after, new Set<SettingName>(Object.keys(changes).filter(isSettingName)));
}
