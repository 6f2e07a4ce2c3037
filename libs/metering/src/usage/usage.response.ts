import { Decimal, JsonObject, ListOf, NumberOr, Part, Text, Time, Whole } from '#http';

/** What one model was used for on one day. */
export interface ModelUsage {
  readonly queries: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost_usd: number;
}

export class UsageDay {
  @Text({ format: 'date', example: '2026-11-23' })
  date!: string;

  @Whole({ description: 'Queries that were admitted: what the quota is held against', example: 214 })
  queries!: number;

  @Whole({ example: 173_768 })
  prompt_tokens!: number;

  @Whole({ example: 20_544 })
  completion_tokens!: number;

  @Decimal({ description: 'Of the queries that ended', example: 6.44568 })
  cost_usd!: number;

  @JsonObject({
    description: 'The same by the model that answered; queries that no model answered are in none',
    example: {
      'gpt-4': { queries: 214, prompt_tokens: 173_768, completion_tokens: 20_544, cost_usd: 6.44568 },
    },
  })
  by_model!: Record<string, ModelUsage>;
}

export class QuotaUsage {
  @Whole({ description: '`max_queries_per_day`', example: 10_000 })
  limit!: number;

  @Whole({ description: 'Queries admitted today (UTC)', example: 214 })
  used!: number;

  @Time({ example: '2026-11-24T00:00:00.000Z' })
  resets_at!: string;
}

export class BudgetUsage {
  @NumberOr('unlimited', { description: '`monthly_budget_usd`', example: 500 })
  limit_usd!: number | 'unlimited';

  @Decimal({ description: 'By the queries of this month (UTC) that ended', example: 151.2043 })
  spent_usd!: number;

  @Decimal({ description: 'Held for queries under way: what they may cost at most', example: 0.25 })
  reserved_usd!: number;

  @Time({ example: '2026-12-01T00:00:00.000Z' })
  resets_at!: string;
}

export class UsageAnswer {
  @ListOf(() => UsageDay, { description: 'Every day that was asked for, in order' })
  days!: UsageDay[];

  @Part(() => QuotaUsage)
  quota!: QuotaUsage;

  @Part(() => BudgetUsage)
  budget!: BudgetUsage;
}
