import { maxCostUsd } from './cost-limit.js';

const model = (id: string, input: number, output: number) => ({
  id,
  tier: 'standard' as const,
  context_window: 8_000,
  max_output_tokens: 4_000,
  temperature: null,
  input_usd_per_mtok: input,
  output_usd_per_mtok: output,
  cached_input_usd_per_mtok: null,
  cache_write_usd_per_mtok: null,
  state: 'active' as const,
});
const models = [model('dear', 30, 60), model('cheap', 1, 2)];
const settings = { model_name: 'dear', model_fallback: 'none', max_tokens: 1_000, retrieval_top_k: 5 };

describe('maxCostUsd', () => {
  it('counts the longest chunks and the longest answer', () => {
    expect(maxCostUsd(settings, 0, models)).toBeCloseTo((5 * 1_200 * 30 + 1_000 * 60) / 1e6, 10);
  });

  it('counts the reranked chunks alone when reranking is on, and the fallback after the model', () => {
    const reranked = { ...settings, rerank_enabled: true, rerank_top_n: 2, model_fallback: 'cheap' };
    expect(maxCostUsd(reranked, 100, models)).toBeCloseTo((2_500 * 31 + 1_000 * 62) / 1e6, 10);
  });

  it('the most that a run costs is unknown for a model that the catalogue does not have', () => {
    expect(maxCostUsd({ ...settings, model_name: 'gone' }, 0, models)).toBeNull();
  });
});
