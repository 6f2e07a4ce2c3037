import type { Environment } from '#kernel';
import type { Model } from '#tenancy';
import type { FailureKind } from './upstream-failure.js';

/** Where a model is asked, and with which key; or what it lacks for that. */
export type Route = CompleteRoute | IncompleteRoute;

export type CompleteRoute = { readonly baseUrl: string; readonly lacks: null } & (
  | { readonly protocol: 'openai' | 'anthropic'; readonly apiKey: string }
  // null: a server that asks for no key.
  | { readonly protocol: 'openai-compatible'; readonly apiKey: string | null }
);

interface IncompleteRoute {
  readonly lacks: { readonly kind: FailureKind; readonly message: string };
}

interface Surroundings {
  readonly name: string;
  readonly apiKey: string | null;
  readonly baseUrl: string;
}

/**
 * A model's own `base_url` and `api_key_env` come before the environment's. The environment's keys go to the providers they belong to
 * and to no OpenAI-compatible server: that one gets the key its entry names, or none.
 */
export function routeOf(model: Model, environment: Environment): Route {
  const own = model.api_key_env === null ? null : environment.secrets(model.api_key_env);
  if (model.api_key_env !== null && own === null) return withoutKey(model, model.api_key_env);
  return model.provider === 'openai-compatible' ? compatible(model, own) : hosted(model, own, environment);
}

function compatible(model: Model, apiKey: string | null): Route {
  if (model.base_url === null) {
    return { lacks: { kind: 'connection', message: `Model "${model.id}" has no base_url in the catalogue` } };
  }
  return { protocol: 'openai-compatible', baseUrl: model.base_url, apiKey, lacks: null };
}

function hosted(model: Model, own: string | null, environment: Environment): Route {
  if (model.provider !== 'openai' && model.provider !== 'anthropic') {
    throw new TypeError(`Provider "${model.provider}" is not reached by a route.`);
  }
  const given = surroundings(model.provider, environment);
  const apiKey = own ?? given.apiKey;
  if (apiKey === null) return withoutKey(model, given.name);
  return { protocol: model.provider, baseUrl: model.base_url ?? given.baseUrl, apiKey, lacks: null };
}

function surroundings(provider: 'openai' | 'anthropic', environment: Environment): Surroundings {
  return provider === 'openai'
    ? {
        name: 'OPENAI_API_KEY',
        apiKey: environment.openaiApiKey,
        baseUrl: environment.openaiBaseUrl ?? 'https://api.openai.com/v1',
      }
    : {
        name: 'ANTHROPIC_API_KEY',
        apiKey: environment.anthropicApiKey,
        baseUrl: environment.anthropicBaseUrl ?? 'https://api.anthropic.com',
      };
}

function withoutKey(model: Model, variable: string): Route {
  return {
    lacks: { kind: 'authentication', message: `Model "${model.id}" needs a key: ${variable} is not set` },
  };
}
