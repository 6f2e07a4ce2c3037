import { Inject, Injectable } from '@nestjs/common';
import type { Model } from '#settings';
import { type Catalogue, CatalogueReader } from '#tenancy';
import { AnthropicProvider } from './providers/anthropic.provider.js';
import type { LlmProvider } from './llm-provider.js';
import { OpenAiProvider } from './providers/openai.provider.js';
import { resolveRoute, type CompleteModelRoute } from './model-route.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { RagConfig, ragConfig } from '../rag.config.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';

/**
 * Finds the provider of a catalogue model. Keeps one SDK client per address and key, created at first use.
 *
 * The sandbox serves models whose entry has the provider `sandbox`. It also serves every model while no provider is configured:
 * neither OPENAI_API_KEY nor ANTHROPIC_API_KEY is set, and no catalogue entry has a complete route of its own.
 */
@Injectable()
export class ProviderRegistry {
  private readonly sandbox = new SandboxProvider();
  private readonly providersByRoute = new Map<string, LlmProvider>();
  /** By catalogue entry, so that a route is resolved once and not with every query. A changed catalogue has new entries. */
  private readonly providersByModel = new WeakMap<Model, LlmProvider>();
  private readonly isConfiguredByCatalogue = new WeakMap<Catalogue, boolean>();

  constructor(
    @Inject(ragConfig.KEY) private readonly config: RagConfig,
    private readonly catalogue: CatalogueReader,
  ) {}

  /** @throws UpstreamFailure `authentication` if the key is missing, `connection` if the address is missing */
  async providerOf(model: Model): Promise<LlmProvider> {
    if (model.provider === 'sandbox') return this.sandbox;
    const cached = this.providersByModel.get(model);
    if (cached) return cached;
    const route = resolveRoute(model, this.config);
    if (route.missing === null) {
      const provider = this.providerForRoute(route);
      this.providersByModel.set(model, provider);
      return provider;
    }
    if (!(await this.isAnyConfigured())) return this.sandbox;
    throw new UpstreamFailure(route.missing.kind, route.missing.message);
  }

  private providerForRoute(route: CompleteModelRoute): LlmProvider {
    const id = JSON.stringify([route.protocol, route.baseUrl, route.apiKey]);
    const cached = this.providersByRoute.get(id);
    if (cached) return cached;
    const provider = createProvider(route);
    this.providersByRoute.set(id, provider);
    return provider;
  }

  private async isAnyConfigured(): Promise<boolean> {
    if (this.config.openaiApiKey !== null || this.config.anthropicApiKey !== null) return true;
    const catalogue = await this.catalogue.current();
    const cached = this.isConfiguredByCatalogue.get(catalogue);
    if (cached !== undefined) return cached;
    const isConfigured = [...catalogue.values()].some(
      (model) =>
        model.provider !== 'sandbox' &&
        model.state !== 'retired' &&
        resolveRoute(model, this.config).missing === null,
    );
    this.isConfiguredByCatalogue.set(catalogue, isConfigured);
    return isConfigured;
  }
}

function createProvider(route: CompleteModelRoute): LlmProvider {
  switch (route.protocol) {
    case 'anthropic':
      return new AnthropicProvider(route);
    case 'openai':
      return new OpenAiProvider(route, 'max_completion_tokens');
    case 'openai-compatible':
      return new OpenAiProvider(route, 'max_tokens');
  }
}
