import { Decimal, JsonObject, OneOf, Part, Text, Time, Whole } from '#http';
import { rolloutStates, rolloutUnits } from '../rollout.js';

class GuardrailsAnswer {
  @Decimal({ nullable: true, example: 0.05 })
  max_error_rate!: number | null;

  @Decimal({ nullable: true, example: null })
  max_p95_ms!: number | null;

  @Decimal({ nullable: true, example: null })
  max_cost_ratio!: number | null;

  @Decimal({ nullable: true, example: 0.1 })
  max_fallback_rate!: number | null;

  @Whole({ example: 100 })
  min_samples!: number;
}

class ArmAnswer {
  @Whole({ description: 'Queries since the percentage last changed', example: 412 })
  samples!: number;

  @Decimal({ nullable: true, description: 'Share that no model answered', example: 0.01 })
  error_rate!: number | null;

  @Decimal({ nullable: true, description: 'Share that the fallback answered', example: 0.02 })
  fallback_rate!: number | null;

  @Decimal({ nullable: true, description: 'Milliseconds in which 95 % were done', example: 1840.5 })
  p95_ms!: number | null;

  @Decimal({ nullable: true, description: 'US dollars, of the queries that were answered', example: 0.0121 })
  mean_cost_usd!: number | null;

  @Decimal({ nullable: true, description: "Mean cost over the control's", example: 1.2 })
  cost_ratio!: number | null;
}

class ArmsAnswer {
  @Part(() => ArmAnswer)
  control!: ArmAnswer;

  @Part(() => ArmAnswer)
  treatment!: ArmAnswer;
}

/** The bulk operation that the promotion was, and how many tenants ended how. */
class PromotionAnswer {
  @Text({ example: '5d0c1b7e9f3a4c2e5d0c1b7e9f3a4c2e' })
  bulk_id!: string;

  @Whole({ example: 112 })
  updated!: number;

  @Whole({ example: 0 })
  unchanged!: number;

  @Whole({ example: 4 })
  skipped_locked!: number;

  @Whole({ description: 'A change request was opened', example: 2 })
  approval_required!: number;

  @Whole({ example: 2 })
  invalid!: number;

  @Whole({ example: 0 })
  conflict!: number;
}

/** A rollout as lists show it. */
export class RolloutAnswer {
  @Text({ example: '9f2c7d1e5b8a4c3f9f2c7d1e5b8a4c3f' })
  id!: string;

  @Text({ example: 'GPT-4o for the pro plan' })
  name!: string;

  @JsonObject({ example: { plans: ['pro'] } })
  selector!: object;

  @JsonObject({ example: { model_name: 'gpt-4o', temperature: 0.4 } })
  changes!: object;

  @OneOf(rolloutUnits, { example: 'tenant' })
  unit!: string;

  @Decimal({ example: 10 })
  percentage!: number;

  @Part(() => GuardrailsAnswer)
  guardrails!: GuardrailsAnswer;

  @OneOf(rolloutStates, { example: 'running' })
  state!: string;

  @Text({ nullable: true, description: 'Why it stopped itself, with figures', example: null })
  stop_reason!: string | null;

  @Part(() => ArmsAnswer)
  arms!: ArmsAnswer;

  @Text({ example: 'key:4f1c2a9b7d3e5f60' })
  created_by!: string;

  @Time()
  created_at!: string;

  @Time({ description: 'When the percentage last changed; what the arms show was measured since' })
  step_started_at!: string;

  @Time({ nullable: true, example: null })
  finished_at!: string | null;

  @Part(() => PromotionAnswer, {
    nullable: true,
    description: 'What became of the tenants; null unless it was promoted',
    example: null,
  })
  promotion!: PromotionAnswer | null;
}

/** How the tenants that the selector means stand to it now. */
class TenantsAnswer {
  @Whole({ description: 'Meant by the selector', example: 120 })
  matched!: number;

  @Whole({ description: 'Take part, in one of the arms', example: 112 })
  eligible!: number;

  @Whole({ nullable: true, description: 'Have the treatment; null where it goes by query', example: 12 })
  treatment!: number | null;

  @Whole({ description: 'Out: override_allowed is false', example: 3 })
  override_locked!: number;

  @Whole({ description: 'Out: changes need approval', example: 2 })
  approval_required!: number;

  @Whole({ description: 'Out: a file owns one of the settings', example: 1 })
  managed_by_code!: number;

  @Whole({ description: 'Out: the plan fixes one of the settings', example: 0 })
  locked_by_plan!: number;

  @Whole({ description: 'Out: the changes would be invalid there', example: 2 })
  invalid!: number;
}

export class RolloutDetailAnswer extends RolloutAnswer {
  @Part(() => TenantsAnswer)
  tenants!: TenantsAnswer;
}
