import type { Environment } from '#kernel';
import { Metrics } from '#telemetry';
import type { CatalogueReader, Model } from '#tenancy';
import { CircuitBreakers } from '../../src/llm/fallback/circuit-breakers.js';
import { ModelCallService } from '../../src/llm/fallback/model-call.service.js';
import { ProviderRegistry } from '../../src/llm/provider-registry.js';

/** The environment of the providers. `variables` are those that catalogue entries name by `api_key_env`. */
export interface EnvironmentOverrides {
  readonly openaiApiKey?: string | null;
  readonly openaiBaseUrl?: string | null;
  readonly anthropicApiKey?: string | null;
  readonly anthropicBaseUrl?: string | null;
  readonly queryDeadlineMs?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** An environment without provider keys. */
export function anEnvironment({ variables = {}, ...overrides }: EnvironmentOverrides = {}): Environment {
  const none = { openaiApiKey: null, openaiBaseUrl: null, anthropicApiKey: null, anthropicBaseUrl: null };
  const secrets = (name: string): string | null => variables[name] ?? null;
  return { ...none, queryDeadlineMs: 30_000, ...overrides, findSecret: secrets } as unknown as Environment;
}

/** A registry over a catalogue of these models. */
export function aProviderRegistry(
  overrides: EnvironmentOverrides = {},
  models: Model[] = [],
): ProviderRegistry {
  const current = async () => new Map(models.map((model) => [model.id, model]));
  const catalogue = { current } as unknown as CatalogueReader;
  return new ProviderRegistry(anEnvironment(overrides), catalogue);
}

/** A `ModelCallService` with its own providers and circuit breakers. */
export function aModelCallService(
  overrides: EnvironmentOverrides = {},
  metrics = new Metrics(),
): ModelCallService {
  return new ModelCallService(aProviderRegistry(overrides), new CircuitBreakers(metrics), metrics);
}
