/** The APIs that models are called through. */
export const providers = ['openai', 'anthropic', 'openai-compatible', 'sandbox'] as const;
/** Price classes of models; a plan allows some of them. */
export const tiers = ['economy', 'standard', 'premium'] as const;

/** How much a model reasons before it answers, as far as the model lets the caller choose. */
export const reasoningEfforts = ['none', 'low', 'medium', 'high'] as const;
/** One of `reasoningEfforts`. */
export type ReasoningEffort = (typeof reasoningEfforts)[number];

/** A model of the catalogue. `context_window` and `max_output_tokens` are in tokens, prices in US dollars per million tokens. */
export interface Model {
  readonly id: string;
  readonly provider: (typeof providers)[number];
  readonly tier: (typeof tiers)[number];
  /** The URL of an OpenAI-compatible endpoint; null for the provider's own. */
  readonly base_url: string | null;
  /** The environment variable with the endpoint's key; null for the provider's own variable. */
  readonly api_key_env: string | null;
  /** The server's own name of the model; null: the id. */
  readonly upstream_model: string | null;
  /** Further headers of every request; they can be secrets. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** Further members of every request's body. */
  readonly extra_body: Readonly<Record<string, unknown>> | null;
  /** The efforts that the model takes; null: it takes none, so none is sent. */
  readonly reasoning: readonly ReasoningEffort[] | null;
  readonly context_window: number;
  readonly max_output_tokens: number;
  /** The range that the model accepts; null for a model without this parameter. */
  readonly temperature: { readonly min: number; readonly max: number } | null;
  readonly input_usd_per_mtok: number;
  readonly output_usd_per_mtok: number;
  /** For tokens of the prompt that the provider reads from its cache; null: as other input. */
  readonly cached_input_usd_per_mtok: number | null;
  /** For tokens of the prompt that the provider writes into its cache; null: as other input. */
  readonly cache_write_usd_per_mtok: number | null;
  readonly state: 'active' | 'deprecated' | 'retired';
}
