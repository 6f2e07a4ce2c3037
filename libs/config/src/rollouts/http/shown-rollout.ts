import { costRatio, figuresOf } from '../measure/figures.js';
import type { ShownRollout, ShownRolloutWithTenants } from '../rollouts.service.js';
import type { RolloutAnswer, RolloutDetailAnswer } from './rollout.response.js';

/** A rollout as answers show it. */
export function shownRollout({ rollout, tallies }: ShownRollout): RolloutAnswer {
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
    arms: armsOf(tallies),
    created_by,
    created_at: created_at.toISOString(),
    step_started_at: step_started_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
    promotion,
  };
}

/** With how its tenants stand to it. */
export function shownWithTenants({ tenants, ...shown }: ShownRolloutWithTenants): RolloutDetailAnswer {
  const { matched, eligible, treatment, ...out } = tenants;
  return { ...shownRollout(shown), tenants: { matched, eligible, treatment, ...out } };
}

function armsOf(tallies: ShownRollout['tallies']): RolloutAnswer['arms'] {
  const [control, treatment] = [figuresOf(tallies.control), figuresOf(tallies.treatment)];
  const ratio = costRatio(control, treatment);
  return {
    control: { ...control, cost_ratio: control.mean_cost_usd === null ? null : 1 },
    treatment: { ...treatment, cost_ratio: Number.isFinite(ratio) ? ratio : null },
  };
}
