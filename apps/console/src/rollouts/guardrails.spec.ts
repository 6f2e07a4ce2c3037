import { guardrailLines, missingSamples } from './guardrails.js';

const arm = {
  cost_ratio: null,
  error_rate: null,
  fallback_rate: null,
  mean_cost_usd: null,
  p95_ms: null,
  samples: 0,
};
const guardrails = {
  max_cost_ratio: null,
  max_error_rate: 0.05,
  max_fallback_rate: 0,
  max_p95_ms: 2000,
  min_samples: 50,
};

it('only guardrails that are set have a line, with their distance from the limit', () => {
  const treatment = { ...arm, samples: 60, error_rate: 0.025, p95_ms: 1000, fallback_rate: 0.1 };
  const lines = guardrailLines({ guardrails, arms: { control: arm, treatment } });
  expect(lines.map(({ label, share }) => [label, share])).toEqual([
    ['Error rate', 0.5],
    ['95th percentile, ms', 0.5],
    ['Fallback rate', 1],
  ]);
});

it('a guardrail that nothing was measured for is at its start, also with the limit 0', () => {
  const lines = guardrailLines({ guardrails, arms: { control: arm, treatment: arm } });
  expect(lines.map(({ share }) => share)).toEqual([0, 0, 0]);
});

it('the smaller arm decides how many queries are missing', () => {
  const arms = (control: number, treatment: number) => ({
    control: { ...arm, samples: control },
    treatment: { ...arm, samples: treatment },
  });
  expect(missingSamples({ guardrails, arms: arms(60, 12) })).toBe(38);
  expect(missingSamples({ guardrails, arms: arms(60, 70) })).toBe(0);
});
