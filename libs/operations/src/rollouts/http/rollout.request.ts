import { NumberField, JsonObjectField, EnumField, ObjectField, StringField, IntegerField } from '#http';
import { SelectorRequest } from '#settings';
import { type RolloutUnit, rolloutUnits } from '#config';

class GuardrailsRequest {
  @NumberField({
    min: 0,
    max: 1,
    optional: true,
    nullable: true,
    description: 'Highest allowed share of queries that no model answered',
    example: 0.05,
  })
  max_error_rate?: number | null;

  @NumberField({
    min: 1,
    max: 600_000,
    optional: true,
    nullable: true,
    description: 'Highest allowed 95th percentile of the latency, in milliseconds',
    example: 4000,
  })
  max_p95_ms?: number | null;

  @NumberField({
    min: 0,
    max: 1000,
    optional: true,
    nullable: true,
    description: 'Highest allowed ratio of the mean cost per query, treatment to control',
    example: 1.5,
  })
  max_cost_ratio?: number | null;

  @NumberField({
    min: 0,
    max: 1,
    optional: true,
    nullable: true,
    description: 'Highest allowed share of queries that the fallback model answered',
    example: 0.1,
  })
  max_fallback_rate?: number | null;

  @IntegerField({
    min: 1,
    max: 1_000_000,
    description:
      'Number of queries of an arm, since the percentage last changed, from which on the limits apply',
    example: 100,
  })
  min_samples!: number;
}

/** The body of PATCH: the next step. */
export class RolloutStepRequest {
  @NumberField({
    min: 0,
    max: 100,
    description:
      'Percentage that gets the treatment, rounded to two decimals. Tenants or users that have the treatment keep it when this rises',
    example: 25,
  })
  percentage!: number;
}

export class RolloutRequest extends RolloutStepRequest {
  @StringField({
    min: 1,
    max: 200,
    pattern: /\S/,
    patternHint: 'a name with a visible character',
    example: 'GPT-4o for the pro plan',
  })
  name!: string;

  @ObjectField(() => SelectorRequest, {
    description: 'The tenants that take part',
    example: { plans: ['pro'] },
  })
  selector!: SelectorRequest;

  @JsonObjectField({
    description: 'Settings and their values. prompt_variables replaces all variables of the tenant',
    example: { model_name: 'gpt-4o', temperature: 0.4 },
  })
  changes!: Record<string, unknown>;

  @EnumField(rolloutUnits, {
    description:
      '`tenant`: whole tenants get the treatment. `query`: single users get it, by the `user_id` of the query, else by the subject of ' +
      'the credential; only settings of the groups model, retrieval and prompt are allowed.',
    example: 'tenant',
  })
  unit!: RolloutUnit;

  @ObjectField(() => GuardrailsRequest, {
    description:
      'The rollout stops automatically when a limit is crossed. If it has a limit, it also stops when data is missing: no query of the ' +
      'treatment for 30 minutes, or fewer than min_samples in 24 hours. A limit that is left out does not apply.',
    example: { max_error_rate: 0.05, max_fallback_rate: 0.1, min_samples: 100 },
  })
  guardrails!: GuardrailsRequest;
}
