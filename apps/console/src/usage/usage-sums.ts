import type { Schema } from '../api/operations.js';
export type UsageDay = Schema<'UsageDay'>;

/** What a chart or a table shows of a day. */
export type Measure = 'queries' | 'cost_usd' | 'tokens';

/** Figures of a model or of a period. */
export interface UsageSums {
  readonly queries: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost_usd: number;
}

const none: UsageSums = { queries: 0, prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 };
const msPerDay = 86_400_000;

/** In place of a model: queries that no model answered. */
export const unanswered = '';

/** The last `count` days of UTC with today, as `from` and `to` of the API. The reader's zone plays no part. */
export function lastUtcDays(count: number, now: Date): { from: string; to: string } {
  return { from: dayOf(now.getTime() - (count - 1) * msPerDay), to: dayOf(now.getTime()) };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Adds up days, or the entries of one model. */
export function sumUsage(parts: readonly UsageSums[]): UsageSums {
  return parts.reduce(
    (sums, part) => ({
      queries: sums.queries + part.queries,
      prompt_tokens: sums.prompt_tokens + part.prompt_tokens,
      completion_tokens: sums.completion_tokens + part.completion_tokens,
      cost_usd: sums.cost_usd + part.cost_usd,
    }),
    none,
  );
}

/** The sums of each model over all days, the one with most queries first, and last what no model answered. */
export function sumByModel(days: readonly UsageDay[]): readonly { model: string; sums: UsageSums }[] {
  const entries = days.flatMap((day) => Object.entries(partsOf(day)));
  const models = [...new Set(entries.map(([model]) => model))];
  const rows = models.map((model) => ({
    model,
    sums: sumUsage(entries.filter(([name]) => name === model).map(([, part]) => part)),
  }));
  const rank = ({ model, sums }: (typeof rows)[number]): number => (model === unanswered ? -1 : sums.queries);
  return rows.toSorted((left, right) => rank(right) - rank(left));
}

/** A day's figures by model. What the models do not add up to had no answer. */
export function partsOf(day: UsageDay): Readonly<Record<string, UsageSums>> {
  const byModel = day.by_model as Record<string, UsageSums>;
  const answered = sumUsage(Object.values(byModel));
  const rest = day.queries - answered.queries;
  return rest > 0 ? { ...byModel, [unanswered]: { ...none, queries: rest } } : byModel;
}

/** One figure of the sums. */
export function measureOf(sums: UsageSums, measure: Measure): number {
  return measure === 'tokens' ? sums.prompt_tokens + sums.completion_tokens : sums[measure];
}
