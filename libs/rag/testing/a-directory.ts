import type { Environment } from '#kernel';
import { Metrics } from '#telemetry';
import type { CatalogueReader, Model } from '#tenancy';
import { CircuitBreakers } from '../src/llm/chain/circuit-breakers.js';
import { ModelChain } from '../src/llm/chain/model-chain.js';
import { ProviderDirectory } from '../src/llm/provider-directory.js';

/** What providers read of the environment; `variables` are those that entries name by `api_key_env`. */
export interface SomeEnvironment {
  readonly openaiApiKey?: string | null;
  readonly openaiBaseUrl?: string | null;
  readonly anthropicApiKey?: string | null;
  readonly anthropicBaseUrl?: string | null;
  readonly queryDeadlineMs?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

export function anEnvironment({ variables = {}, ...some }: SomeEnvironment = {}): Environment {
  const none = { openaiApiKey: null, openaiBaseUrl: null, anthropicApiKey: null, anthropicBaseUrl: null };
  const secrets = (name: string): string | null => variables[name] ?? null;
  return { ...none, queryDeadlineMs: 30_000, ...some, secrets } as unknown as Environment;
}

export function aDirectory(some: SomeEnvironment = {}, models: Model[] = []): ProviderDirectory {
  const current = async () => new Map(models.map((model) => [model.id, model]));
  const catalogue = { current } as unknown as CatalogueReader;
  return new ProviderDirectory(anEnvironment(some), catalogue);
}

/** A chain over them, with breakers of its own. */
export function aChain(some: SomeEnvironment = {}, metrics = new Metrics()): ModelChain {
  return new ModelChain(aDirectory(some), new CircuitBreakers(metrics), metrics);
}
