import { Egress, EgressConfig } from '#egress';
import { MeteringConfig } from '#metering';
import { Metrics } from '#telemetry';
import { CircuitBreakers } from '../../src/llm/fallback/circuit-breakers.js';
import { ModelCallService } from '../../src/llm/fallback/model-call.service.js';
import { ModelQueue } from '../../src/llm/fallback/model-queue.js';
import { ProviderRegistry } from '../../src/llm/provider-registry.js';
import { RagConfig } from '../../src/rag.config.js';

/** What differs from a configuration without providers. `variables` are those that catalogue entries name by `api_key_env`. */
export interface RagConfigOverrides {
  readonly openaiApiKey?: string | null;
  readonly openaiBaseUrl?: string;
  readonly anthropicApiKey?: string | null;
  readonly anthropicBaseUrl?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly modelCallsAtOnce?: number;
}

/** A configuration of rag; without overrides it has no provider keys. */
export function aRagConfig({ variables = {}, ...overrides }: RagConfigOverrides = {}): RagConfig {
  return new RagConfig({
    ...variables,
    OPENAI_API_KEY: overrides.openaiApiKey ?? undefined,
    OPENAI_BASE_URL: overrides.openaiBaseUrl,
    ANTHROPIC_API_KEY: overrides.anthropicApiKey ?? undefined,
    ANTHROPIC_BASE_URL: overrides.anthropicBaseUrl,
    MODEL_CALLS_AT_ONCE: overrides.modelCallsAtOnce?.toString(),
  });
}

/** A configuration of metering with this deadline of a query, 30 seconds by default. */
export function aMeteringConfig(queryDeadlineMs = 30_000): MeteringConfig {
  return Object.assign(new MeteringConfig(), { queryDeadlineMs, streamSilenceMs: queryDeadlineMs });
}

/** A registry with the providers of this environment. */
export function aProviderRegistry(overrides: RagConfigOverrides = {}): ProviderRegistry {
  const config = aRagConfig(overrides);
  return new ProviderRegistry(config, new Egress(new EgressConfig(overrides.variables)));
}

/** For calls whose prompt has no chunks to leave out, and whose costs do not matter. */
export const withoutShortening = { shortenPrompt: () => null, onBilledFailure: () => undefined };

/** A `ModelCallService` with its own providers and circuit breakers. */
export function aModelCallService(
  overrides: RagConfigOverrides = {},
  metrics = new Metrics(),
): ModelCallService {
  return new ModelCallService(aProviderRegistry(overrides), new CircuitBreakers(metrics), metrics);
}

/** A `ModelQueue` of its own. */
export function aModelQueue(overrides: RagConfigOverrides = {}): ModelQueue {
  return new ModelQueue(aRagConfig(overrides));
}
