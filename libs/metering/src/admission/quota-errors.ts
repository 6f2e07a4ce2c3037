import { type DomainError, BudgetExceededError, QuotaExceededError, RateLimitedError } from '#kernel';
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
    retry_after_s: secondsUntil(ends, now),
  });
}

/** The tenant has no query left in this minute. */
export function rateExceededError(limit: number, { minute_ends: ends, now_at: now }: Admission): DomainError {
  const retryAfter = secondsUntil(ends, now);
  const message = `max_queries_per_minute allows ${limit} queries in a minute. The next one is possible in ${retryAfter} s.`;
  const reset = { limit, remaining: 0, resets_at: ends.toISOString(), retry_after_s: retryAfter };
  return new RateLimitedError(message, reset, { name: 'queries', window_s: 60 });
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

function secondsUntil(end: Date, now: Date): number {
  return Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1_000));
}
