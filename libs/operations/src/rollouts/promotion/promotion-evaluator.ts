import { canonicalJson, isJsonEqual } from '#kernel';
import { type Evaluation, type OutcomeDetail, joinErrorMessages } from '../../bulk/bulk-evaluation.js';
import type { ConfigurationGroup } from '../../population/tenant-population.repository.js';
import { type SharedInputs, layersOfGroup } from '../../population/tenant-population.service.js';
import { settersAfterChange } from '#settings';
import type { Rollout } from '../rollout.js';
import { type RolloutCandidate, findErrorsUnderRollout, evaluateEligibility } from '#config';

/** The evaluations of one promotion. Each is computed once, most of them before any tenant is locked. */
export class PromotionEvaluator {
  private readonly cache = new Map<string, Evaluation>();

  constructor(
    private readonly changes: Rollout['changes'],
    private readonly sharedInputs: SharedInputs,
  ) {}

  /** The outcome for the tenants of the group; cached for groups with equal configurations. */
  evaluate(group: ConfigurationGroup): Evaluation {
    const { tenants: _tenants, ...shared } = group;
    const key = canonicalJson(shared);
    const evaluation = this.cache.get(key) ?? evaluatePromotion(this.changes, group, this.sharedInputs);
    this.cache.set(key, evaluation);
    return evaluation;
  }
}

/**
 * What a promotion does to a group of tenants. Tenants that could take part in the rollout get its changes, with all of its prompt
 * variables in place of their own. Other tenants keep their settings.
 */
function evaluatePromotion(
  changes: Rollout['changes'],
  group: ConfigurationGroup,
  sharedInputs: SharedInputs,
): Evaluation {
  const candidate = { ...group, layers: layersOfGroup(group, sharedInputs) };
  const settings = { ...group.settings, ...changes };
  const set_by = settersAfterChange(group, settings, () => 'platform_admin');
  return { ...evaluateOutcome(changes, candidate), settings, set_by };
}

function evaluateOutcome(changes: Rollout['changes'], candidate: RolloutCandidate): OutcomeDetail {
  const own = candidate.layers.own as Readonly<Record<string, unknown>>;
  const isAlreadySet = Object.entries(changes).every(([name, value]) => isJsonEqual(own[name], value));
  if (isAlreadySet) return { outcome: 'unchanged', detail: null };
  const eligibility = evaluateEligibility(changes, { ...candidate, approval_required: false });
  if (eligibility === 'override_locked') return skippedLocked('The tenant has turned override_allowed off.');
  if (eligibility === 'managed_by_code') return skippedLocked('A file owns one of the settings.');
  if (eligibility === 'locked_by_plan') return skippedLocked('The plan locks one of the settings.');
  if (eligibility === 'invalid')
    return {
      outcome: 'invalid',
      detail: joinErrorMessages(findErrorsUnderRollout(changes, candidate.layers)),
    };
  return { outcome: candidate.approval_required ? 'approval_required' : 'updated', detail: null };
}

function skippedLocked(detail: string): OutcomeDetail {
  return { outcome: 'skipped_locked', detail };
}
