import { Inject, Injectable } from '@nestjs/common';
import { Egress, type Fetch } from '#egress';
import type { Model } from '#settings';
import { AnthropicProvider } from './providers/anthropic.provider.js';
import type { LlmProvider } from './llm-provider.js';
import { OpenAiProvider } from './providers/openai.provider.js';
import { resolveRoute, type ServerRoute } from './model-route.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { RagConfig, ragConfig } from '../rag.config.js';
import { SetupFailure } from '../upstream/upstream-failure.js';

/**
 * Finds the provider of a catalogue model. Keeps one provider per route, created at first use.
 * No entry of the catalogue changes how another one is answered.
 */
@Injectable()
export class ProviderRegistry {
  private readonly sandbox = new SandboxProvider();
  private readonly providersByRoute = new Map<string, LlmProvider>();
  /** By catalogue entry, so that a route is resolved once and not with every query. A changed catalogue has new entries. */
  private readonly providersByModel = new WeakMap<Model, LlmProvider>();

  constructor(
    @Inject(ragConfig.KEY) private readonly config: RagConfig,
    private readonly egress: Egress,
  ) {}

  /** @throws SetupFailure `authentication` if the key is missing, `connection` if the address is missing */
  providerOf(model: Model): LlmProvider {
    const cached = this.providersByModel.get(model);
    if (cached) return cached;
    const route = resolveRoute(model, this.config);
    if (route.missing !== null) throw new SetupFailure(route.missing.kind, route.missing.message);
    const provider = route.protocol === 'sandbox' ? this.sandbox : this.providerForRoute(route);
    this.providersByModel.set(model, provider);
    return provider;
  }

  private providerForRoute(route: ServerRoute): LlmProvider {
    const id = JSON.stringify(route);
    const cached = this.providersByRoute.get(id);
    if (cached) return cached;
    const { fetch, fetchOperatorAddress } = this.egress;
    const provider = createProvider({
      ...route,
      fetch: route.isFromCatalogue ? fetch : fetchOperatorAddress,
    });
    this.providersByRoute.set(id, provider);
    return provider;
  }
}

function createProvider(route: ServerRoute & { readonly fetch: Fetch }): LlmProvider {
  switch (route.protocol) {
    case 'anthropic':
      return new AnthropicProvider(route);
    case 'openai':
      return new OpenAiProvider(route, 'max_completion_tokens');
    case 'openai-compatible':
      return new OpenAiProvider(route, 'max_tokens');
  }
}
