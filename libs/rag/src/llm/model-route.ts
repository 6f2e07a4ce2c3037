import type { Model } from '#settings';
import type { RagConfig } from '../rag.config.js';
import type { FailureKind } from '../upstream/upstream-failure.js';

/** The address and key for calls to a model, or what is missing. */
export type ModelRoute = CompleteModelRoute | IncompleteModelRoute;

export type CompleteModelRoute = { readonly baseUrl: string; readonly missing: null } & (
  | { readonly protocol: 'openai' | 'anthropic'; readonly apiKey: string }
  // null: the server needs no key.
  | { readonly protocol: 'openai-compatible'; readonly apiKey: string | null }
);

interface IncompleteModelRoute {
  readonly missing: { readonly kind: FailureKind; readonly message: string };
}

interface ProviderDefaults {
  readonly keyVariable: string;
  readonly apiKey: string | null;
  readonly baseUrl: string;
}

/**
 * A model's own `base_url` and `api_key_env` take precedence over the environment. The environment's keys are sent only to the
 * providers that they belong to. An OpenAI-compatible server gets the key that its catalogue entry names, or none.
 */
export function resolveRoute(model: Model, config: RagConfig): ModelRoute {
  const ownApiKey = model.api_key_env === null ? null : config.findSecret(model.api_key_env);
  if (model.api_key_env !== null && ownApiKey === null) return missingKeyRoute(model, model.api_key_env);
  return model.provider === 'openai-compatible'
    ? resolveCompatibleRoute(model, ownApiKey)
    : resolveHostedRoute(model, ownApiKey, config);
}

function resolveCompatibleRoute(model: Model, apiKey: string | null): ModelRoute {
  if (model.base_url === null) {
    return {
      missing: { kind: 'connection', message: `Model "${model.id}" has no base_url in the catalogue` },
    };
  }
  return { protocol: 'openai-compatible', baseUrl: model.base_url, apiKey, missing: null };
}

function resolveHostedRoute(model: Model, ownApiKey: string | null, config: RagConfig): ModelRoute {
  if (model.provider !== 'openai' && model.provider !== 'anthropic') {
    throw new TypeError(`Provider "${model.provider}" has no route.`);
  }
  const defaults = defaultsOf(model.provider, config);
  const apiKey = ownApiKey ?? defaults.apiKey;
  if (apiKey === null) return missingKeyRoute(model, defaults.keyVariable);
  return { protocol: model.provider, baseUrl: model.base_url ?? defaults.baseUrl, apiKey, missing: null };
}

function defaultsOf(provider: 'openai' | 'anthropic', config: RagConfig): ProviderDefaults {
  return provider === 'openai'
    ? {
        keyVariable: 'OPENAI_API_KEY',
        apiKey: config.openaiApiKey,
        baseUrl: config.openaiBaseUrl ?? 'https://api.openai.com/v1',
      }
    : {
        keyVariable: 'ANTHROPIC_API_KEY',
        apiKey: config.anthropicApiKey,
        baseUrl: config.anthropicBaseUrl ?? 'https://api.anthropic.com',
      };
}

function missingKeyRoute(model: Model, variable: string): ModelRoute {
  return {
    missing: { kind: 'authentication', message: `Model "${model.id}" needs a key: ${variable} is not set` },
  };
}
