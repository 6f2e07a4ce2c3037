import {
  NumberField,
  JsonObjectField,
  EnumField,
  ObjectField,
  StringField,
  DateTimeField,
  IntegerField,
} from '#http';
import { costRatio, computeArmMetrics } from '../measurement/arm-metrics.js';
import type { RolloutDetails, RolloutWithTallies } from '../rollouts.service.js';
import { rolloutStates, rolloutUnits } from '#config';

class GuardrailsResponse {
  @NumberField({ nullable: true, example: 0.05 })
  max_error_rate!: number | null;

  @NumberField({ nullable: true, example: null })
  max_p95_ms!: number | null;

  @NumberField({ nullable: true, example: null })
  max_cost_ratio!: number | null;

  @NumberField({ nullable: true, example: 0.1 })
  max_fallback_rate!: number | null;

  @IntegerField({ example: 100 })
  min_samples!: number;
}

class ArmResponse {
  @IntegerField({ description: 'Number of queries since the percentage last changed', example: 412 })
  samples!: number;

  @NumberField({ nullable: true, description: 'Share of queries that no model answered', example: 0.01 })
  error_rate!: number | null;

  @NumberField({
    nullable: true,
    description: 'Share of queries that the fallback model answered',
    example: 0.02,
  })
  fallback_rate!: number | null;

  @NumberField({
    nullable: true,
    description: '95th percentile of the latency, in milliseconds',
    example: 1840.5,
  })
  p95_ms!: number | null;

  @NumberField({
    nullable: true,
    description: 'Mean cost per answered query, in US dollars',
    example: 0.0121,
  })
  mean_cost_usd!: number | null;

  @NumberField({ nullable: true, description: 'Ratio of the mean cost to that of the control', example: 1.2 })
  cost_ratio!: number | null;
}

class ArmsResponse {
  @ObjectField(() => ArmResponse)
  control!: ArmResponse;

  @ObjectField(() => ArmResponse)
  treatment!: ArmResponse;
}

/** The bulk operation of the promotion, and the number of tenants with each outcome. */
class PromotionResponse {
  @StringField({ example: '5d0c1b7e9f3a4c2e5d0c1b7e9f3a4c2e' })
  bulk_id!: string;

  @IntegerField({ example: 112 })
  updated!: number;

  @IntegerField({ example: 0 })
  unchanged!: number;

  @IntegerField({ example: 4 })
  skipped_locked!: number;

  @IntegerField({ description: 'Tenants for which a change request was opened', example: 2 })
  approval_required!: number;

  @IntegerField({ example: 2 })
  invalid!: number;

  @IntegerField({ example: 0 })
  conflict!: number;
}

/** A rollout in a list. */
export class RolloutResponse {
  @StringField({ example: '9f2c7d1e5b8a4c3f9f2c7d1e5b8a4c3f' })
  id!: string;

  @StringField({ example: 'GPT-4o for the pro plan' })
  name!: string;

  @JsonObjectField({ example: { plans: ['pro'] } })
  selector!: object;

  @JsonObjectField({ example: { model_name: 'gpt-4o', temperature: 0.4 } })
  changes!: object;

  @EnumField(rolloutUnits, { example: 'tenant' })
  unit!: string;

  @NumberField({ example: 10 })
  percentage!: number;

  @ObjectField(() => GuardrailsResponse)
  guardrails!: GuardrailsResponse;

  @EnumField(rolloutStates, { example: 'running' })
  state!: string;

  @StringField({
    nullable: true,
    description: 'Why the rollout stopped automatically, with the measured values; null unless it did',
    example: null,
  })
  stop_reason!: string | null;

  @ObjectField(() => ArmsResponse)
  arms!: ArmsResponse;

  @StringField({ example: 'key:4f1c2a9b7d3e5f60' })
  created_by!: string;

  @DateTimeField()
  created_at!: string;

  @DateTimeField({ description: 'When the percentage last changed. The measurements of the arms begin here' })
  step_started_at!: string;

  @DateTimeField({ nullable: true, example: null })
  finished_at!: string | null;

  @ObjectField(() => PromotionResponse, {
    nullable: true,
    description: 'The outcome of the promotion; null unless the rollout was promoted',
    example: null,
  })
  promotion!: PromotionResponse | null;
}

/** The current eligibility of the tenants that the selector matches. */
class RolloutTenantsResponse {
  @IntegerField({ description: 'Tenants that the selector matches', example: 120 })
  matched!: number;

  @IntegerField({ description: 'Tenants that take part, in one of the arms', example: 112 })
  eligible!: number;

  @IntegerField({
    nullable: true,
    description: 'Tenants that have the treatment; null for unit query',
    example: 12,
  })
  treatment!: number | null;

  @IntegerField({ description: 'Not eligible: override_allowed is false', example: 3 })
  override_locked!: number;

  @IntegerField({ description: 'Not eligible: changes need approval', example: 2 })
  approval_required!: number;

  @IntegerField({ description: 'Not eligible: a file owns one of the settings', example: 1 })
  managed_by_code!: number;

  @IntegerField({ description: 'Not eligible: the plan locks one of the settings', example: 0 })
  locked_by_plan!: number;

  @IntegerField({ description: 'Not eligible: the changes would be invalid for the tenant', example: 2 })
  invalid!: number;
}

export class RolloutDetailResponse extends RolloutResponse {
  @ObjectField(() => RolloutTenantsResponse)
  tenants!: RolloutTenantsResponse;
}

/** The rollout as responses show it. */
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

/** The rollout with the eligibility of its tenants. */
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
