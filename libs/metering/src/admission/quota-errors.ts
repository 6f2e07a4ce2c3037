import { type DomainError, BudgetExceededError, QuotaExceededError } from '#kernel';
import type { Admission } from '../ledger/ledger.repository.js';

/** The day's queries are used up. */
export function quotaExceededError(
  limit: number,
  { used, day_ends: ends, now_at: now }: Admission,
): DomainError {
  const message = `${used} queries were asked today, of ${limit} that max_queries_per_day allows. The next one is possible tomorrow (UTC).`;
  return new QuotaExceededError(message, {
    limit,
    remaining: 0,
    resets_at: ends.toISOString(),
    retry_after_s: Math.max(1, Math.ceil((ends.getTime() - now.getTime()) / 1_000)),
  });
}

/** What is left of the month's budget does not pay for the dearest way in which this query can end. */
export function budgetExceededError(
  budgetUsd: number | 'unlimited',
  maxCostUsd: number,
  { spent_usd: spent, held_usd: reserved, month_ends: ends }: Admission,
): DomainError {
  const message = `This query may cost up to $${maxCostUsd}; of the month's budget of $${budgetUsd}, $${spent} is spent and $${reserved} is reserved for queries under way.`;
  return new BudgetExceededError(message, {
    budget_usd: budgetUsd,
    spent_usd: spent,
    reserved_usd: reserved,
    resets_at: ends.toISOString(),
  });
}
