import { type TenantUsage, findLimitNotices } from './limit-notices.js';

const limits = { maxQueriesPerDay: 100, maxQueriesPerMinute: 'unlimited' as const, monthlyBudgetUsd: 50 };

function notices(usage: Partial<TenantUsage>, changed: object = {}, refusedBy: ('quota' | 'budget')[] = []) {
  const whole = {
    tenant_id: 'acme',
    day: '2026-11-23',
    month: '2026-11',
    queries: 0,
    spent_usd: 0,
    ...usage,
  };
  const found = findLimitNotices(whole, { ...limits, ...changed }, new Set(refusedBy));
  return found.map(({ event, key }) => [event, key]);
}

describe('findLimitNotices', () => {
  it.each([
    [24.99, []],
    [25, [['budget.threshold', 'acme budget 2026-11 50 50']]],
    [39.99, [['budget.threshold', 'acme budget 2026-11 50 50']]],
    [40, [['budget.threshold', 'acme budget 2026-11 50 80']]],
    [50, [['budget.threshold', 'acme budget 2026-11 50 100']]],
    [51, [['budget.threshold', 'acme budget 2026-11 50 100']]],
  ])('finds the highest threshold that %s of 50 dollars reach', (spent_usd, expected) => {
    expect(notices({ spent_usd })).toEqual(expected);
  });

  it('finds 100 percent when the budget refused a query, however much is left of it', () => {
    expect(notices({ spent_usd: 49 }, {}, ['budget'])).toEqual([
      ['budget.threshold', 'acme budget 2026-11 50 100'],
    ]);
    expect(notices({}, { monthlyBudgetUsd: 0 }, ['budget'])).toEqual([
      ['budget.threshold', 'acme budget 2026-11 0 100'],
    ]);
  });

  it('finds nothing for a budget without a limit, and for none while nothing is refused', () => {
    expect(notices({ spent_usd: 9_999 }, { monthlyBudgetUsd: 'unlimited' })).toEqual([]);
    expect(notices({}, { monthlyBudgetUsd: 0 })).toEqual([]);
  });

  it('finds the quota of the day once it is used up, or refused a query', () => {
    expect(notices({ queries: 99 })).toEqual([]);
    expect(notices({ queries: 100 })).toEqual([['quota.exhausted', 'acme quota 2026-11-23 100']]);
    expect(notices({ queries: 99 }, {}, ['quota'])).toEqual([
      ['quota.exhausted', 'acme quota 2026-11-23 100'],
    ]);
  });

  it('makes different keys for two tenants, because a webhook of the platform receives the notices of both', () => {
    const keys = ['acme', 'other'].flatMap((tenant_id) =>
      notices({ tenant_id, spent_usd: 50, queries: 100 }).map(([, key]) => key),
    );
    expect(new Set(keys).size).toBe(4);
  });
});
