import { aGenerationRequest, aModel } from '../../testing/llm/llm-builders.js';
import { costUsd, maxCostUsd } from './cost.js';

const prices = aModel({
  input_usd_per_mtok: 1,
  output_usd_per_mtok: 2,
  cached_input_usd_per_mtok: 0.1,
  cache_write_usd_per_mtok: 1.25,
});
const usage = { promptTokens: 0, cachedPromptTokens: 0, cacheWriteTokens: 0, completionTokens: 0 };

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
      const model = aModel({ input_usd_per_mtok: call.input, output_usd_per_mtok: call.output });
      const tokens = { ...usage, promptTokens: call.prompt, completionTokens: call.completion };
      expect(costUsd(model, tokens)).toBe(call.cost);
    },
  );

  it('charges tokens of the cache at their own prices', () => {
    expect(
      costUsd(prices, { ...usage, promptTokens: 6000, cachedPromptTokens: 5000, completionTokens: 10 }),
    ).toBe(0.00152);
    expect(costUsd(prices, { ...usage, promptTokens: 12_307, cacheWriteTokens: 12_304 })).toBe(0.015383);
  });

  it('uses the price of other input where the cache has none, and never counts a token twice', () => {
    const { cached_input_usd_per_mtok: _a, cache_write_usd_per_mtok: _b, ...others } = prices;
    const model = { ...others, cached_input_usd_per_mtok: null, cache_write_usd_per_mtok: null };
    const tokens = { ...usage, promptTokens: 1000, cachedPromptTokens: 600, cacheWriteTokens: 300 };
    expect(costUsd(model, tokens)).toBe(0.001);
    expect(
      costUsd(prices, { ...usage, promptTokens: 10, cachedPromptTokens: 99, cacheWriteTokens: 99 }),
    ).toBe(0.000001);
  });
});

describe('maxCostUsd', () => {
  const request = aGenerationRequest({ system: 'a'.repeat(484), user: '€'.repeat(100), maxTokens: 500 });

  it('counts every byte as a token at the highest price of input, for every attempt', () => {
    // 484 + 300 bytes and 16 for the framing, at 1.25, and 500 at 2.
    expect(maxCostUsd([{ model: prices, prompt: { request }, maxAttempts: 3 }])).toBeCloseTo(3 * 0.002, 12);
    const dearCache = { ...prices, cached_input_usd_per_mtok: 10 };
    expect(maxCostUsd([{ model: dearCache, prompt: { request }, maxAttempts: 1 }])).toBe(0.009);
  });

  it('includes the bytes of extra_body', () => {
    const extraBody = { tools: ['x'.repeat(88)] };
    const prompt = { request: { ...request, extraBody } };
    const bytes = JSON.stringify(extraBody).length;
    expect(maxCostUsd([{ model: prices, prompt, maxAttempts: 1 }])).toBeCloseTo(0.002 + bytes * 1.25e-6, 12);
  });

  it('returns no less than the cost of any usage within its bounds', () => {
    const bound = maxCostUsd([{ model: prices, prompt: { request }, maxAttempts: 1 }]);
    for (const cachedPromptTokens of [0, 400, 800])
      for (const cacheWriteTokens of [0, 400, 800])
        expect(
          costUsd(prices, { promptTokens: 800, cachedPromptTokens, cacheWriteTokens, completionTokens: 500 }),
        ).toBeLessThanOrEqual(bound);
  });
});
