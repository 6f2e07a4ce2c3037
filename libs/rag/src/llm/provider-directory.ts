import { Injectable } from '@nestjs/common';
import { Environment } from '#kernel';
import { type Catalogue, CatalogueReader, type Model } from '#tenancy';
import { AnthropicProvider } from './sdk/anthropic.provider.js';
import type { LlmProvider } from './llm-provider.js';
import { OpenAiProvider } from './sdk/openai.provider.js';
import { routeOf, type CompleteRoute } from './route.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { UpstreamFailure } from './upstream-failure.js';

/**
 * Finds the provider that serves a model of the catalogue. One SDK client lives for each address and key, made when first used.
 *
 * The sandbox serves a model whose entry says so, and every model as long as no provider at all is configured: neither OPENAI_API_KEY
 * nor ANTHROPIC_API_KEY is set, and no entry of the catalogue brings an address or a key of its own that works.
 */
@Injectable()
export class ProviderDirectory {
  private readonly sandbox = new SandboxProvider();
  private readonly connected = new Map<string, LlmProvider>();
  /** By the entries of one catalogue, which are others as soon as somebody changes one: found once, not with every query. */
  private readonly found = new WeakMap<Model, LlmProvider>();
  private readonly configured = new WeakMap<Catalogue, boolean>();

  constructor(
    private readonly environment: Environment,
    private readonly catalogue: CatalogueReader,
  ) {}

  /** @throws UpstreamFailure `authentication` when the model's provider has no key, `connection` when it has no address. */
  async providerOf(model: Model): Promise<LlmProvider> {
    if (model.provider === 'sandbox') return this.sandbox;
    const known = this.found.get(model);
    if (known) return known;
    const route = routeOf(model, this.environment);
    if (route.lacks === null) {
      const provider = this.connectedTo(route);
      this.found.set(model, provider);
      return provider;
    }
    if (!(await this.isAnyConfigured())) return this.sandbox;
    throw new UpstreamFailure(route.lacks.kind, route.lacks.message);
  }

  private connectedTo(route: CompleteRoute): LlmProvider {
    const id = JSON.stringify([route.protocol, route.baseUrl, route.apiKey]);
    const known = this.connected.get(id);
    if (known) return known;
    const provider = connect(route);
    this.connected.set(id, provider);
    return provider;
  }

  private async isAnyConfigured(): Promise<boolean> {
    if (this.environment.openaiApiKey !== null || this.environment.anthropicApiKey !== null) return true;
    const catalogue = await this.catalogue.current();
    const known = this.configured.get(catalogue);
    if (known !== undefined) return known;
    const isOne = [...catalogue.values()].some(
      (model) =>
        model.provider !== 'sandbox' &&
        model.state !== 'retired' &&
        routeOf(model, this.environment).lacks === null,
    );
    this.configured.set(catalogue, isOne);
    return isOne;
  }
}

function connect(route: CompleteRoute): LlmProvider {
  switch (route.protocol) {
    case 'anthropic':
      return new AnthropicProvider(route);
    case 'openai':
      return new OpenAiProvider(route, 'max_completion_tokens');
    case 'openai-compatible':
      return new OpenAiProvider(route, 'max_tokens');
  }
}
