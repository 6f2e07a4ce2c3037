export const providers = ['openai', 'anthropic', 'openai-compatible', 'sandbox'] as const;
export const tiers = ['economy', 'standard', 'premium'] as const;

/** A model of the catalogue. Windows and outputs are in tokens, prices in US dollars per million tokens. */
export interface Model {
  readonly id: string;
  readonly provider: (typeof providers)[number];
  readonly tier: (typeof tiers)[number];
  /** Where an OpenAI-compatible endpoint is; null for the provider's own. */
  readonly base_url: string | null;
  /** The environment variable that holds its key; null for the provider's own. */
  readonly api_key_env: string | null;
  readonly context_window: number;
  readonly max_output_tokens: number;
  /** null: the model takes no temperature. */
  readonly temperature: { readonly min: number; readonly max: number } | null;
  readonly input_usd_per_mtok: number;
  readonly output_usd_per_mtok: number;
  readonly state: 'active' | 'deprecated' | 'retired';
}
