import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned, loadEach } from '#cache';
import { Database } from '#database';
import { ModelRepository } from './model.repository.js';
import type { Model } from '#settings';

/** All models by id, in the order in which they were added. */
export type Catalogue = ReadonlyMap<string, Model>;

const catalogueKey = 'all';

/** The model catalogue, from the coherent cache. */
@Injectable()
export class CatalogueReader {
  private readonly region: CacheRegion<readonly Model[]>;
  /** Of each list that the cache has given, made once. */
  private readonly cataloguesByModels = new WeakMap<readonly Model[], Catalogue>();

  constructor(
    private readonly cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: ModelRepository,
  ) {
    const load = loadEach(() => this.database.readGlobal(() => this.repository.findAll()));
    this.region = cache.region('catalogue', load, { fallback: () => fallbackCatalogue, keepFresh: true });
  }

  /** What is held; undefined when nothing is. */
  peek(): Catalogue | undefined {
    const entry = this.region.peek(catalogueKey);
    return entry ? this.toCatalogue(entry.value) : undefined;
  }

  async current(): Promise<Catalogue> {
    return this.toCatalogue((await this.region.get(catalogueKey))?.value ?? []);
  }

  /** Whether this is the catalogue as it is now, as far as is known. */
  isCurrent(catalogue: Catalogue): boolean {
    const models = this.region.peek(catalogueKey)?.value;
    return (
      models !== undefined &&
      this.region.isCurrent(catalogueKey, models) &&
      this.toCatalogue(models) === catalogue
    );
  }

  onChange(listener: () => void): void {
    this.region.onChange(listener);
  }

  private toCatalogue(models: readonly Model[]): Catalogue {
    return this.cataloguesByModels.get(models) ?? this.indexById(models);
  }

  private indexById(models: readonly Model[]): Catalogue {
    const catalogue = new Map(models.map((model) => [model.id, model]));
    this.cataloguesByModels.set(models, catalogue);
    this.cache.inheritOrigin(catalogue, models);
    return catalogue;
  }
}

/** While nothing can be known of the catalogue: the model that Attune's own defaults name. */
const fallbackCatalogue: Versioned<readonly Model[]> = {
  version: 0,
  value: [
    {
      id: 'gpt-3.5-turbo',
      provider: 'openai',
      tier: 'economy',
      base_url: null,
      api_key_env: null,
      context_window: 16_385,
      max_output_tokens: 4_096,
      temperature: { min: 0, max: 2 },
      input_usd_per_mtok: 0.5,
      output_usd_per_mtok: 1.5,
      state: 'active',
    },
  ],
};
