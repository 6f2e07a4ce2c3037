import type { Versioned } from '#cache';
import type { Model } from '#settings';

/**
 * Used while the database is unreachable and no copy exists: the model that Attune's own defaults name, with its limits and prices as
 * a migration enters it. The catalogue in the database decides wherever it can be read.
 */
export const fallbackCatalogue: Versioned<readonly Model[]> = {
  version: 0,
  value: [
    {
      id: 'gpt-3.5-turbo',
      provider: 'openai',
      tier: 'economy',
      base_url: null,
      api_key_env: null,
      upstream_model: null,
      headers: null,
      extra_body: null,
      reasoning: null,
      context_window: 16_385,
      max_output_tokens: 4_096,
      temperature: { min: 0, max: 2 },
      input_usd_per_mtok: 0.5,
      output_usd_per_mtok: 1.5,
      cached_input_usd_per_mtok: null,
      cache_write_usd_per_mtok: null,
      state: 'active',
    },
  ],
};
