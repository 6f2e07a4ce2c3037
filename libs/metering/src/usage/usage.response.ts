import {
  NumberField,
  JsonObjectField,
  ArrayField,
  NumberOrKeywordField,
  ObjectField,
  StringField,
  DateTimeField,
  IntegerField,
} from '#http';

/** The usage of one model on one day. */
export interface ModelUsage {
  readonly queries: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost_usd: number;
}

export class UsageDay {
  @StringField({ format: 'date', example: '2026-11-23' })
  date!: string;

  @IntegerField({ description: 'Queries that were admitted; the quota counts these', example: 214 })
  queries!: number;

  @IntegerField({ example: 173_768 })
  prompt_tokens!: number;

  @IntegerField({ example: 20_544 })
  completion_tokens!: number;

  @NumberField({ description: 'Cost of the queries that ended', example: 6.44568 })
  cost_usd!: number;

  @JsonObjectField({
    description: 'The same for each model that answered. Queries that no model answered are left out.',
    example: {
      'gpt-4': { queries: 214, prompt_tokens: 173_768, completion_tokens: 20_544, cost_usd: 6.44568 },
    },
  })
  by_model!: Record<string, ModelUsage>;
}

export class QuotaUsage {
  @IntegerField({ description: '`max_queries_per_day`', example: 10_000 })
  limit!: number;

  @IntegerField({ description: 'Queries admitted today (UTC)', example: 214 })
  used!: number;

  @DateTimeField({ example: '2026-11-24T00:00:00.000Z' })
  resets_at!: string;
}

export class BudgetUsage {
  @NumberOrKeywordField('unlimited', { description: '`monthly_budget_usd`', example: 500 })
  limit_usd!: number | 'unlimited';

  @NumberField({ description: 'Cost of the queries of this month (UTC) that ended', example: 151.2043 })
  spent_usd!: number;

  @NumberField({ description: 'Reserved for running queries: the most that they can cost', example: 0.25 })
  reserved_usd!: number;

  @DateTimeField({ example: '2026-12-01T00:00:00.000Z' })
  resets_at!: string;
}

/** What a tenant used by day, and what is left of its quota and its budget. */
export class UsageResponse {
  @ArrayField(() => UsageDay, { description: 'One entry for each day of the period, in order of time' })
  days!: UsageDay[];

  @ObjectField(() => QuotaUsage)
  quota!: QuotaUsage;

  @ObjectField(() => BudgetUsage)
  budget!: BudgetUsage;
}
