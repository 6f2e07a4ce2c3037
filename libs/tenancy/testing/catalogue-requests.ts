/** A model that a `PUT` accepts, without the fields that may be left out. */
export const vllm = {
  provider: 'openai-compatible',
  tier: 'premium',
  base_url: 'http://vllm.internal:8000/v1',
  api_key_env: 'MODEL_KEY_VLLM',
  context_window: 32_768,
  max_output_tokens: 8192,
  temperature: { min: 0, max: 2 },
  input_usd_per_mtok: 0.2,
  output_usd_per_mtok: 0.6,
};

/** The fields that may be left out, as answers then show them. */
export const leftOut = {
  upstream_model: null,
  headers: null,
  extra_body: null,
  reasoning: null,
  cached_input_usd_per_mtok: null,
  cache_write_usd_per_mtok: null,
  state: 'active',
};

/** A plan that a `PUT` accepts. */
export const pro = {
  defaults: { max_queries_per_day: 10_000 },
  allowed_tiers: ['economy', 'standard'],
  allowed_models: [],
  ceilings: { max_tokens: 4000 },
  locked_settings: ['temperature'],
};

/** The members of a 400 that tests read. */
export interface ValidationProblem {
  readonly errors: { readonly field: string }[];
}
