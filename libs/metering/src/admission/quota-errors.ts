import { type DomainError, BudgetExceededError, QuotaExceededError } from '#kernel';
import type { Admission } from '../ledger/ledger.js';

/** The tenant has no query left today. */
export function quotaExceededError(
  limit: number,
  { used, day_ends: ends, now_at: now }: Admission,
): DomainError {
  const message = `The quota is used up: ${used} queries today, and max_queries_per_day allows ${limit}. Try again tomorrow (UTC).`;
  return new QuotaExceededError(message, {
    limit,
    remaining: 0,
    resets_at: ends.toISOString(),
    retry_after_s: Math.max(1, Math.ceil((ends.getTime() - now.getTime()) / 1_000)),
  });
}

/** The rest of this month's budget is less than the most that this query can cost. */
export function budgetExceededError(
  budgetUsd: number | 'unlimited',
  maxCostUsd: number,
  { spent_usd: spent, held_usd: reserved, month_ends: ends }: Admission,
): DomainError {
  const message = `This query can cost up to $${maxCostUsd}. Of this month's budget of $${budgetUsd}, $${spent} is spent and $${reserved} is reserved for running queries.`;
  return new BudgetExceededError(message, {
    budget_usd: budgetUsd,
    spent_usd: spent,
    reserved_usd: reserved,
    resets_at: ends.toISOString(),
  });
}
