import type { Model } from '#settings';
import type { GenerationRequest } from '../../src/llm/generation.js';

/** A catalogue model of OpenAI, with prices of 1 and 2 dollars per million tokens. */
export function aModel(overrides: Partial<Model> = {}): Model {
  return {
    id: 'gpt-4',
    provider: 'openai',
    tier: 'standard',
    base_url: null,
    api_key_env: null,
    upstream_model: null,
    headers: null,
    extra_body: null,
    reasoning: null,
    context_window: 8192,
    max_output_tokens: 4096,
    temperature: { min: 0, max: 2 },
    input_usd_per_mtok: 1,
    output_usd_per_mtok: 2,
    cached_input_usd_per_mtok: null,
    cache_write_usd_per_mtok: null,
    state: 'active',
    ...overrides,
  };
}

/** A catalogue model of Anthropic with the same prices. */
export function aClaude(overrides: Partial<Model> = {}): Model {
  return aModel({
    id: 'claude-3-haiku-20240307',
    provider: 'anthropic',
    temperature: { min: 0, max: 1 },
    ...overrides,
  });
}

/** A request to `gpt-4` about one passage. */
export function aGenerationRequest(overrides: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    model: 'gpt-4',
    system: 'You answer from the context.',
    user: 'When is rent due?',
    history: [],
    temperature: 0.3,
    maxTokens: 500,
    reasoningEffort: null,
    extraBody: {},
    context: { question: 'When is rent due?', passages: ['Rent is due on the first day of each month.'] },
    ...overrides,
  };
}
