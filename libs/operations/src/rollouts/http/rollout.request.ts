import { NumberField, JsonObjectField, EnumField, ObjectField, StringField, IntegerField } from '#http';
import { SelectorRequest } from '#settings';
import { type RolloutUnit, rolloutUnits } from '#config';

class GuardrailsRequest {
  @NumberField({
    min: 0,
    max: 1,
    optional: true,
    nullable: true,
    description: 'Share of queries that no model answered',
    example: 0.05,
  })
  max_error_rate?: number | null;

  @NumberField({
    min: 1,
    max: 600_000,
    optional: true,
    nullable: true,
    description: 'Milliseconds in which 95 % of the queries must be answered',
    example: 4000,
  })
  max_p95_ms?: number | null;

  @NumberField({
    min: 0,
    max: 1000,
    optional: true,
    nullable: true,
    description: "The treatment's mean cost of a query over the control's",
    example: 1.5,
  })
  max_cost_ratio?: number | null;

  @NumberField({
    min: 0,
    max: 1,
    optional: true,
    nullable: true,
    description: 'Share of queries that the fallback answered',
    example: 0.1,
  })
  max_fallback_rate?: number | null;

  @IntegerField({
    min: 1,
    max: 1_000_000,
    description: 'Queries of an arm, since the percentage last changed, before it is judged',
    example: 100,
  })
  min_samples!: number;
}

/** What PATCH takes: the next step. */
export class RolloutStepRequest {
  @NumberField({
    min: 0,
    max: 100,
    description: 'How many get the treatment, to the hundredth; whoever had it below keeps it above',
    example: 25,
  })
  percentage!: number;
}

export class RolloutRequest extends RolloutStepRequest {
  @StringField({
    min: 1,
    max: 200,
    pattern: /\S/,
    patternHint: 'a name that can be seen',
    example: 'GPT-4o for the pro plan',
  })
  name!: string;

  @ObjectField(() => SelectorRequest, {
    description: 'The tenants that it is about',
    example: { plans: ['pro'] },
  })
  selector!: SelectorRequest;

  @JsonObjectField({
    description: 'Settings and their values; prompt_variables replaces all of the tenant’s',
    example: { model_name: 'gpt-4o', temperature: 0.4 },
  })
  changes!: Record<string, unknown>;

  @EnumField(rolloutUnits, {
    description:
      'Whether whole tenants get it, or single people: by `user_id` of the query, else the credential’s subject. By query, only ' +
      'settings of model, retrieval and prompt can be rolled out.',
    example: 'tenant',
  })
  unit!: RolloutUnit;

  @ObjectField(() => GuardrailsRequest, {
    description:
      'Beyond one of these limits the treatment ends by itself. Missing data counts as well where there is a limit: 30 minutes ' +
      'without a query of the treatment, or fewer than min_samples in 24 hours. A limit left out is none.',
    example: { max_error_rate: 0.05, max_fallback_rate: 0.1, min_samples: 100 },
  })
  guardrails!: GuardrailsRequest;
}
