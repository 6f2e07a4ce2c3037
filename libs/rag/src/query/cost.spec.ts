import { costUsd } from './cost.js';

describe('the cost of a call', () => {
  it.each([
    [30, 60, 812, 96, 0.03012],
    [0.15, 0.6, 1, 0, 0],
    [0.5, 1.5, 1, 0, 0.000001],
    [0, 0, 1000, 1000, 0],
    [15, 75, 200_000, 4000, 3.3],
  ])(
    'at %d and %d dollars a million tokens, for %i and %i tokens, is %d',
    (input, output, prompt, completion, cost) => {
      expect(costUsd({ input_usd_per_mtok: input, output_usd_per_mtok: output }, prompt, completion)).toBe(
        cost,
      );
    },
  );
});
