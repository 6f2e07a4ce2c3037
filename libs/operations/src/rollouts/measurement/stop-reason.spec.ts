import type { Guardrails } from '#config';
import { type Tally, emptyTally, addTallies, toTally } from './tally.js';
import { type MeasuredRollout, findStopReason } from './stop-reason.js';

const limitless: Guardrails = {
  max_error_rate: null,
  max_p95_ms: null,
  max_cost_ratio: null,
  max_fallback_rate: null,
  min_samples: 10,
};

interface Queries {
  readonly count: number;
  readonly failed?: number;
  readonly fallbacks?: number;
  readonly costUsd?: number;
  readonly ms?: number;
}

function queries({ count, failed = 0, fallbacks = 0, costUsd = 0.01, ms = 100 }: Queries): Tally {
  const all = Array.from({ length: count }, (_, index) =>
    toTally({
      outcome: index < failed ? 'failed' : 'answered',
      isFallback: index < fallbacks,
      costUsd: index < failed ? 0 : costUsd,
      durationMs: ms,
    }),
  );
  return all.reduce(addTallies, emptyTally);
}

function measured(some: Partial<MeasuredRollout> & { guardrails: Guardrails }): MeasuredRollout {
  const control = some.control ?? queries({ count: 10 });
  return {
    id: 'a1b2c3d4',
    step: 1,
    percentage: 50,
    control,
    treatment: queries({ count: 10 }),
    control_of_all_steps: control,
    step_seconds: 60,
    silent_seconds: 1,
    ...some,
  };
}

describe('the verdict on a rollout', () => {
  const crossing: [string, Partial<Guardrails>, Queries, string][] = [
    [
      'the error rate',
      { max_error_rate: 0.1 },
      { count: 10, failed: 2 },
      'The error rate of 20 % is above 10 % (10 queries of the treatment).',
    ],
    [
      'the fallback rate',
      { max_fallback_rate: 0.25 },
      { count: 10, fallbacks: 3 },
      'The fallback rate of 30 % is above 25 % (10 queries of the treatment).',
    ],
    [
      'the latency',
      { max_p95_ms: 500 },
      { count: 10, ms: 2000 },
      expect.stringMatching(
        /^The P95 latency of [\d.]+ ms is above 500 ms \(10 queries of the treatment\)\.$/,
      ) as unknown as string,
    ],
    [
      'the cost',
      { max_cost_ratio: 2 },
      { count: 10, costUsd: 0.03 },
      'The cost, $0.03 a query against $0.01 of the control, is above 2 times as much (10 queries of the treatment).',
    ],
  ];

  it.each(crossing)('names %s when it crosses its limit', (_, limit, treatment, reason) => {
    const guardrails = { ...limitless, ...limit };
    expect(findStopReason(measured({ guardrails, treatment: queries(treatment) }))).toEqual(reason);
  });

  it.each(crossing)('waits with %s for min_samples queries', (_, limit, treatment) => {
    const guardrails = { ...limitless, ...limit, min_samples: 11 };
    expect(findStopReason(measured({ guardrails, treatment: queries(treatment) }))).toBeNull();
  });

  it.each(crossing)('does not mind %s without a limit for it', (_, __, treatment) => {
    const guardrails = { ...limitless, max_error_rate: 1 };
    expect(findStopReason(measured({ guardrails, treatment: queries(treatment) }))).toBeNull();
  });

  it('lets the limit itself pass', () => {
    const guardrails = { ...limitless, max_error_rate: 0.2, max_fallback_rate: 0.2, max_cost_ratio: 1 };
    const treatment = queries({ count: 10, failed: 2, fallbacks: 2 });
    expect(findStopReason(measured({ guardrails, treatment }))).toBeNull();
  });

  it('judges a limit of zero', () => {
    const guardrails = { ...limitless, max_fallback_rate: 0 };
    expect(findStopReason(measured({ guardrails, treatment: queries({ count: 10 }) }))).toBeNull();
    expect(
      findStopReason(measured({ guardrails, treatment: queries({ count: 10, fallbacks: 1 }) })),
    ).toContain('10 % is above 0 %');
  });

  it('compares costs with the control of earlier steps where this one has too few queries', () => {
    const guardrails = { ...limitless, max_cost_ratio: 2 };
    const treatment = queries({ count: 10, costUsd: 0.03 });
    const control = emptyTally;
    expect(findStopReason(measured({ guardrails, treatment, control }))).toBeNull();
    const earlier = { control, control_of_all_steps: queries({ count: 10 }) };
    expect(findStopReason(measured({ guardrails, treatment, ...earlier }))).toContain('$0.03 a query');
  });

  it('finds what costs something too dear where the control is free, and nothing where both are', () => {
    const guardrails = { ...limitless, max_cost_ratio: 2 };
    const control = queries({ count: 10, costUsd: 0 });
    expect(findStopReason(measured({ guardrails, control }))).toContain('$0.01 a query against $0');
    expect(findStopReason(measured({ guardrails, control, treatment: control }))).toBeNull();
  });
});

describe('missing data', () => {
  const guardrails = { ...limitless, max_error_rate: 0.5 };
  const day = 24 * 3600;

  it('stops a rollout of whose treatment nothing was measured for half an hour', () => {
    const silent = { silent_seconds: 1800, treatment: queries({ count: 3 }) };
    expect(findStopReason(measured({ guardrails, ...silent }))).toBe(
      'No data: nothing was measured of the treatment for 30 minutes (3 queries before that in this step).',
    );
    expect(findStopReason(measured({ guardrails, ...silent, silent_seconds: 1799 }))).toBeNull();
  });

  it('stops one whose treatment did not come to min_samples queries in a day', () => {
    const scarce = { step_seconds: day, treatment: queries({ count: 9 }) };
    expect(findStopReason(measured({ guardrails, ...scarce }))).toBe(
      'No data: the treatment came to 9 of the 10 queries that min_samples asks for in the 24 hours since the percentage was last changed.',
    );
    expect(findStopReason(measured({ guardrails, ...scarce, step_seconds: day - 1 }))).toBeNull();
    expect(findStopReason(measured({ guardrails, step_seconds: day }))).toBeNull();
  });

  it('stops one whose costs could not be compared in a day', () => {
    const alone = { step_seconds: day, control: queries({ count: 9 }) };
    expect(findStopReason(measured({ guardrails, ...alone }))).toBeNull();
    const compared = { ...limitless, max_cost_ratio: 2 };
    expect(findStopReason(measured({ guardrails: compared, ...alone }))).toContain('No data: the control');
  });

  it('stops nothing that has no limit or is given to nobody', () => {
    const silent = { silent_seconds: day, step_seconds: day, treatment: emptyTally };
    expect(findStopReason(measured({ guardrails: limitless, ...silent }))).toBeNull();
    expect(findStopReason(measured({ guardrails, ...silent, percentage: 0 }))).toBeNull();
  });
});
