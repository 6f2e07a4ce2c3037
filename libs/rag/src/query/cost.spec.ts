import { costUsd } from './cost.js';

describe('costUsd', () => {
  it.each([
    { input: 30, output: 60, prompt: 812, completion: 96, cost: 0.03012 },
    { input: 0.15, output: 0.6, prompt: 1, completion: 0, cost: 0.00000015 },
    { input: 0.5, output: 1.5, prompt: 1, completion: 0, cost: 0.0000005 },
    { input: 0.0005, output: 0, prompt: 1, completion: 0, cost: 0.000000001 },
    { input: 0, output: 0, prompt: 1000, completion: 1000, cost: 0 },
    { input: 15, output: 75, prompt: 200_000, completion: 4000, cost: 3.3 },
  ])(
    'returns $cost for $prompt and $completion tokens at $input and $output dollars a million tokens',
    (call) => {
      const prices = { input_usd_per_mtok: call.input, output_usd_per_mtok: call.output };
      expect(costUsd(prices, { promptTokens: call.prompt, completionTokens: call.completion })).toBe(
        call.cost,
      );
    },
  );
});
