/** The APIs that models are called through. */
export const providers = ['openai', 'anthropic', 'openai-compatible', 'sandbox'] as const;
/** Price classes of models; a plan allows some of them. */
export const tiers = ['economy', 'standard', 'premium'] as const;

/** A model of the catalogue. `context_window` and `max_output_tokens` are in tokens, prices in US dollars per million tokens. */
export interface Model {
  readonly id: string;
  readonly provider: (typeof providers)[number];
  readonly tier: (typeof tiers)[number];
  /** The URL of an OpenAI-compatible endpoint; null for the provider's own. */
  readonly base_url: string | null;
  /** The environment variable with the endpoint's key; null for the provider's own variable. */
  readonly api_key_env: string | null;
  readonly context_window: number;
  readonly max_output_tokens: number;
  /** The range that the model accepts; null for a model without this parameter. */
  readonly temperature: { readonly min: number; readonly max: number } | null;
  readonly input_usd_per_mtok: number;
  readonly output_usd_per_mtok: number;
  readonly state: 'active' | 'deprecated' | 'retired';
}
