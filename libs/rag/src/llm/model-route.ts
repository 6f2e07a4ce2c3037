import type { Model } from '#settings';
import type { RagConfig } from '../rag.config.js';
import type { FailureKind } from '../upstream/upstream-failure.js';
import { type HostedProvider, hostedProviderOf, isAddressOf, ownerOfKey } from './hosted-providers.js';

/** How a model is called: the sandbox, or an address and a key; or why it cannot be called. */
export type ModelRoute = SandboxRoute | ServerRoute | MissingRoute;

interface SandboxRoute {
  readonly protocol: 'sandbox';
  readonly missing: null;
}

export type ServerRoute = {
  readonly baseUrl: string;
  /** False: the address comes from the environment, so the operator allows it. */
  readonly isFromCatalogue: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly missing: null;
} & (
  | { readonly protocol: 'openai' | 'anthropic'; readonly apiKey: string }
  // null: the server needs no key.
  | { readonly protocol: 'openai-compatible'; readonly apiKey: string | null }
);

/** The message is a sentence without its full stop. It names the remedy and no secret, so clients may read it. */
interface MissingRoute {
  readonly missing: { readonly kind: FailureKind; readonly message: string };
}

/**
 * A catalogue entry with an address or a key variable of its own is configured by them alone. Every other entry uses the key and the
 * address of its provider from the environment; while the environment has no provider's key at all, the sandbox answers for it.
 */
export function resolveRoute(model: Model, config: RagConfig): ModelRoute {
  if (model.provider === 'sandbox' || isAnsweredOffline(model, config))
    return { protocol: 'sandbox', missing: null };
  const baseUrl = model.base_url ?? hostedProviderOf(model)?.baseUrl(config) ?? null;
  if (baseUrl === null) return missingRoute('connection', `${model.id} has no base_url in the catalogue`);
  if (!URL.canParse(baseUrl))
    return missingRoute('connection', `The base_url of ${model.id} in the catalogue is not a valid URL`);
  return resolveServerRoute(model, baseUrl, config);
}

function resolveServerRoute(model: Model, baseUrl: string, config: RagConfig): ModelRoute {
  const keyVariable = model.api_key_env ?? hostedProviderOf(model)?.keyVariable ?? null;
  const obstacle = keyVariable === null ? null : findKeyObstacle(keyVariable, baseUrl, { model, config });
  if (obstacle !== null) return missingRoute('authentication', obstacle);
  const apiKey = keyVariable === null ? null : config.findSecret(keyVariable);
  const isFromCatalogue = model.base_url !== null;
  const headers = model.headers ?? {};
  return {
    protocol: model.provider,
    baseUrl,
    isFromCatalogue,
    headers,
    apiKey,
    missing: null,
  } as ServerRoute;
}

/** True for an entry without anything of its own, while no provider at all is configured. */
function isAnsweredOffline(model: Model, config: RagConfig): boolean {
  const hasOwnRoute = model.base_url !== null || model.api_key_env !== null;
  return model.provider !== 'openai-compatible' && !hasOwnRoute && !config.hasProviderKey;
}

/** Why the key in this variable is not sent to this address; null if it is sent. */
function findKeyObstacle(
  variable: string,
  baseUrl: string,
  { model, config }: { readonly model: Model; readonly config: RagConfig },
): string | null {
  const owner = ownerOfKey(variable);
  if (model.api_key_env !== null && !config.modelKeyVariables.allows(variable))
    return `MODEL_API_KEYS does not list ${variable}, so ${model.id} cannot be asked`;
  if (owner !== null && !isAddressOf(owner, baseUrl, config))
    return `${foreignAddressText(owner)}, so ${model.id} cannot be asked`;
  return config.findSecret(variable) === null
    ? `${variable} is not set, so ${model.id} cannot be asked`
    : null;
}

/** The rule for a provider's own key, as a sentence without its full stop. */
export function foreignAddressText({ keyVariable, name, baseUrlVariable }: HostedProvider): string {
  return `${keyVariable} is sent only to ${name}'s own address or to ${baseUrlVariable}`;
}

function missingRoute(kind: FailureKind, message: string): MissingRoute {
  return { missing: { kind, message } };
}
