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
import { rolloutStates } from '../rollout.js';
import type { RolloutDetails, RolloutWithTallies } from '../rollouts.service.js';
import { rolloutUnits } from '#config';

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
  @IntegerField({ description: 'Queries since the percentage last changed', example: 412 })
  samples!: number;

  @NumberField({ nullable: true, description: 'Share that no model answered', example: 0.01 })
  error_rate!: number | null;

  @NumberField({ nullable: true, description: 'Share that the fallback answered', example: 0.02 })
  fallback_rate!: number | null;

  @NumberField({ nullable: true, description: 'Milliseconds in which 95 % were done', example: 1840.5 })
  p95_ms!: number | null;

  @NumberField({
    nullable: true,
    description: 'US dollars, of the queries that were answered',
    example: 0.0121,
  })
  mean_cost_usd!: number | null;

  @NumberField({ nullable: true, description: "Mean cost over the control's", example: 1.2 })
  cost_ratio!: number | null;
}

class ArmsResponse {
  @ObjectField(() => ArmResponse)
  control!: ArmResponse;

  @ObjectField(() => ArmResponse)
  treatment!: ArmResponse;
}

/** The bulk operation that the promotion was, and how many tenants ended how. */
class PromotionResponse {
  @StringField({ example: '5d0c1b7e9f3a4c2e5d0c1b7e9f3a4c2e' })
  bulk_id!: string;

  @IntegerField({ example: 112 })
  updated!: number;

  @IntegerField({ example: 0 })
  unchanged!: number;

  @IntegerField({ example: 4 })
  skipped_locked!: number;

  @IntegerField({ description: 'A change request was opened', example: 2 })
  approval_required!: number;

  @IntegerField({ example: 2 })
  invalid!: number;

  @IntegerField({ example: 0 })
  conflict!: number;
}

/** A rollout as lists show it. */
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

  @StringField({ nullable: true, description: 'Why it stopped itself, with figures', example: null })
  stop_reason!: string | null;

  @ObjectField(() => ArmsResponse)
  arms!: ArmsResponse;

  @StringField({ example: 'key:4f1c2a9b7d3e5f60' })
  created_by!: string;

  @DateTimeField()
  created_at!: string;

  @DateTimeField({ description: 'When the percentage last changed; what the arms show was measured since' })
  step_started_at!: string;

  @DateTimeField({ nullable: true, example: null })
  finished_at!: string | null;

  @ObjectField(() => PromotionResponse, {
    nullable: true,
    description: 'What became of the tenants; null unless it was promoted',
    example: null,
  })
  promotion!: PromotionResponse | null;
}

/** How the tenants that the selector means stand to it now. */
class RolloutTenantsResponse {
  @IntegerField({ description: 'Meant by the selector', example: 120 })
  matched!: number;

  @IntegerField({ description: 'Take part, in one of the arms', example: 112 })
  eligible!: number;

  @IntegerField({
    nullable: true,
    description: 'Have the treatment; null where it goes by query',
    example: 12,
  })
  treatment!: number | null;

  @IntegerField({ description: 'Out: override_allowed is false', example: 3 })
  override_locked!: number;

  @IntegerField({ description: 'Out: changes need approval', example: 2 })
  approval_required!: number;

  @IntegerField({ description: 'Out: a file owns one of the settings', example: 1 })
  managed_by_code!: number;

  @IntegerField({ description: 'Out: the plan fixes one of the settings', example: 0 })
  locked_by_plan!: number;

  @IntegerField({ description: 'Out: the changes would be invalid there', example: 2 })
  invalid!: number;
}

export class RolloutDetailResponse extends RolloutResponse {
  @ObjectField(() => RolloutTenantsResponse)
  tenants!: RolloutTenantsResponse;
}

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
