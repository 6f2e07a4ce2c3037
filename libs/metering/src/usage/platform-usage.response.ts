import { IntegerField, NumberField, StringField } from '#http';

/** The usage of one tenant, plan, model or day. */
export class PlatformUsageRow {
  @StringField({ nullable: true, description: 'null unless grouped by tenant', example: 'acme-law' })
  tenant_id!: string | null;

  @StringField({
    nullable: true,
    description: "The tenant's plan of today; null when grouped by model or day",
    example: 'pro',
  })
  plan!: string | null;

  @StringField({ nullable: true, description: 'null unless grouped by model', example: null })
  model!: string | null;

  @StringField({ nullable: true, format: 'date', description: 'null unless grouped by day', example: null })
  date!: string | null;

  @IntegerField({
    description: 'Queries that were admitted; of a model, those that it answered',
    example: 214,
  })
  queries!: number;

  @IntegerField({ example: 173_768 })
  prompt_tokens!: number;

  @IntegerField({ example: 20_544 })
  completion_tokens!: number;

  @NumberField({ example: 6.44568 })
  cost_usd!: number;
}
