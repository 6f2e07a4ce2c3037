import { costRatio, computeArmMetrics } from '../measurement/arm-metrics.js';
import type { RolloutWithTallies, RolloutDetails } from '../rollouts.service.js';
import type { RolloutResponse, RolloutDetailResponse } from './rollout.response.js';

/** A rollout as answers show it. */
export function toRolloutResponse({ rollout, tallies }: RolloutWithTallies): RolloutResponse {
  const { id, name, selector, changes, unit, percentage, guardrails, state, stop_reason } = rollout;
  const { created_by, created_at, step_started_at, finished_at, promotion } = rollout;
  return {
    id,
    name,
    selector,
    changes,
    unit,
    percentage,
    guardrails,
    state,
    stop_reason,
    arms: toArmsResponse(tallies),
    created_by,
    created_at: created_at.toISOString(),
    step_started_at: step_started_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
    promotion,
  };
}

/** With how its tenants stand to it. */
export function toRolloutDetailResponse({ tenants, ...summary }: RolloutDetails): RolloutDetailResponse {
  const { matched, eligible, treatment, ...ineligibleCounts } = tenants;
  return { ...toRolloutResponse(summary), tenants: { matched, eligible, treatment, ...ineligibleCounts } };
}

function toArmsResponse(tallies: RolloutWithTallies['tallies']): RolloutResponse['arms'] {
  const [control, treatment] = [computeArmMetrics(tallies.control), computeArmMetrics(tallies.treatment)];
  const ratio = costRatio(control, treatment);
  return {
    control: { ...control, cost_ratio: control.mean_cost_usd === null ? null : 1 },
    treatment: { ...treatment, cost_ratio: Number.isFinite(ratio) ? ratio : null },
  };
}
