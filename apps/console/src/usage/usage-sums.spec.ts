import { execFileSync } from 'node:child_process';
import { lastUtcDays, measureOf, sumByModel, sumUsage, unanswered, type UsageDay } from './usage-sums.js';

const sums = (queries: number, cost: number) => ({
  queries,
  prompt_tokens: queries * 100,
  completion_tokens: queries * 10,
  cost_usd: cost,
});
const day = (date: string, queries: number, byModel: UsageDay['by_model']): UsageDay => ({
  date,
  ...sums(queries, 1),
  by_model: byModel,
});

describe('usage', () => {
  it('sums of models have every model, the most used first, and last the queries without an answer', () => {
    const days = [
      day('2026-11-28', 5, { a: sums(1, 0.5), b: sums(3, 0.5) }),
      day('2026-11-29', 2, { a: sums(1, 1) }),
    ];
    expect(sumByModel(days).map(({ model, sums: { queries } }) => [model, queries])).toEqual([
      ['b', 3],
      ['a', 2],
      [unanswered, 2],
    ]);
    expect(sumByModel(days)[1]!.sums.cost_usd).toBe(1.5);
  });

  it('the sums of no day are zero', () => {
    expect(measureOf(sumUsage([]), 'tokens')).toBe(0);
  });

  it('tokens are those of the prompt and of the answer', () => {
    expect(measureOf(sums(2, 0), 'tokens')).toBe(220);
  });

  it('the period ends today in UTC, and has as many days as asked for', () => {
    expect(lastUtcDays(30, new Date('2026-03-01T00:30:00Z'))).toEqual({
      from: '2026-01-31',
      to: '2026-03-01',
    });
  });
});

it.each(['UTC', 'Asia/Kolkata', 'America/Los_Angeles'])('the period of UTC days is the same in %s', (TZ) => {
  const source = new URL('usage-sums.ts', `file://${import.meta.dirname}/`).href;
  const script = `import { lastUtcDays } from ${JSON.stringify(source)};
    process.stdout.write(JSON.stringify(lastUtcDays(2, new Date('2026-11-29T23:30:00Z'))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { TZ, NODE_NO_WARNINGS: '1' },
  });
  expect(JSON.parse(output.toString())).toEqual({ from: '2026-11-28', to: '2026-11-29' });
});
