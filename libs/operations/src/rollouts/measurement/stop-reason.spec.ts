import type { Guardrails } from '#config';
import { type Tally, emptyTally, addTallies, toTally } from './tally.js';
import { type MeasuredRollout, findStopReason } from './stop-reason.js';

const noLimits: Guardrails = {
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

function aMeasuredRollout(some: Partial<MeasuredRollout> & { guardrails: Guardrails }): MeasuredRollout {
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

describe('findStopReason', () => {
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
      'The cost per query of $0.03 is above 2 times that of the control, $0.01 (10 queries of the treatment).',
    ],
  ];

  it.each(crossing)('names %s when it crosses its limit', (_, limit, treatment, reason) => {
    const guardrails = { ...noLimits, ...limit };
    expect(findStopReason(aMeasuredRollout({ guardrails, treatment: queries(treatment) }))).toEqual(reason);
  });

  it.each(crossing)('ignores %s before min_samples queries', (_, limit, treatment) => {
    const guardrails = { ...noLimits, ...limit, min_samples: 11 };
    expect(findStopReason(aMeasuredRollout({ guardrails, treatment: queries(treatment) }))).toBeNull();
  });

  it.each(crossing)('ignores %s without a limit for it', (_, __, treatment) => {
    const guardrails = { ...noLimits, max_error_rate: 1 };
    expect(findStopReason(aMeasuredRollout({ guardrails, treatment: queries(treatment) }))).toBeNull();
  });

  it('accepts a value equal to its limit', () => {
    const guardrails = { ...noLimits, max_error_rate: 0.2, max_fallback_rate: 0.2, max_cost_ratio: 1 };
    const treatment = queries({ count: 10, failed: 2, fallbacks: 2 });
    expect(findStopReason(aMeasuredRollout({ guardrails, treatment }))).toBeNull();
  });

  it('applies a limit of zero', () => {
    const guardrails = { ...noLimits, max_fallback_rate: 0 };
    expect(findStopReason(aMeasuredRollout({ guardrails, treatment: queries({ count: 10 }) }))).toBeNull();
    expect(
      findStopReason(aMeasuredRollout({ guardrails, treatment: queries({ count: 10, fallbacks: 1 }) })),
    ).toContain('10 % is above 0 %');
  });

  it('compares costs with the control of all steps if this step has too few queries', () => {
    const guardrails = { ...noLimits, max_cost_ratio: 2 };
    const treatment = queries({ count: 10, costUsd: 0.03 });
    const control = emptyTally;
    expect(findStopReason(aMeasuredRollout({ guardrails, treatment, control }))).toBeNull();
    const earlier = { control, control_of_all_steps: queries({ count: 10 }) };
    expect(findStopReason(aMeasuredRollout({ guardrails, treatment, ...earlier }))).toContain(
      'The cost per query of $0.03',
    );
  });

  it('stops any cost against a free control, and nothing if both are free', () => {
    const guardrails = { ...noLimits, max_cost_ratio: 2 };
    const control = queries({ count: 10, costUsd: 0 });
    expect(findStopReason(aMeasuredRollout({ guardrails, control }))).toContain(
      'The cost per query of $0.01 is above 2 times that of the control, $0',
    );
    expect(findStopReason(aMeasuredRollout({ guardrails, control, treatment: control }))).toBeNull();
  });
});

describe('findStopReason without data', () => {
  const guardrails = { ...noLimits, max_error_rate: 0.5 };
  const day = 24 * 3600;

  it('stops a rollout when no query of the treatment was measured for 30 minutes', () => {
    const silent = { silent_seconds: 1800, treatment: queries({ count: 3 }) };
    expect(findStopReason(aMeasuredRollout({ guardrails, ...silent }))).toBe(
      'No data: no query of the treatment was measured for 30 minutes (3 queries before that in this step).',
    );
    expect(findStopReason(aMeasuredRollout({ guardrails, ...silent, silent_seconds: 1799 }))).toBeNull();
  });

  it('stops a rollout whose treatment has fewer than min_samples queries after 24 hours', () => {
    const scarce = { step_seconds: day, treatment: queries({ count: 9 }) };
    expect(findStopReason(aMeasuredRollout({ guardrails, ...scarce }))).toBe(
      'No data: the treatment has 9 of the 10 queries that min_samples requires, 24 hours after the percentage was last changed.',
    );
    expect(findStopReason(aMeasuredRollout({ guardrails, ...scarce, step_seconds: day - 1 }))).toBeNull();
    expect(findStopReason(aMeasuredRollout({ guardrails, step_seconds: day }))).toBeNull();
  });

  it('stops a rollout whose costs could not be compared for 24 hours', () => {
    const alone = { step_seconds: day, control: queries({ count: 9 }) };
    expect(findStopReason(aMeasuredRollout({ guardrails, ...alone }))).toBeNull();
    const compared = { ...noLimits, max_cost_ratio: 2 };
    expect(findStopReason(aMeasuredRollout({ guardrails: compared, ...alone }))).toContain(
      'No data: the control',
    );
  });

  it('stops no rollout without a limit or at 0 %', () => {
    const silent = { silent_seconds: day, step_seconds: day, treatment: emptyTally };
    expect(findStopReason(aMeasuredRollout({ guardrails: noLimits, ...silent }))).toBeNull();
    expect(findStopReason(aMeasuredRollout({ guardrails, ...silent, percentage: 0 }))).toBeNull();
  });
});
