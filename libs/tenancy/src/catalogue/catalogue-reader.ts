import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned, loadEach } from '#cache';
import { Database } from '#database';
import { ModelRepository } from './model.repository.js';
import type { Model } from '#settings';

/** All models by id, in the order in which they were added. */
export type Catalogue = ReadonlyMap<string, Model>;

const catalogueKey = 'all';

/**
 * The model catalogue, from the coherent cache.
 *
 * ```ts
 * const model = (await catalogueReader.current()).get('gpt-4o');
 * ```
 */
@Injectable()
export class CatalogueReader {
  private readonly region: CacheRegion<readonly Model[]>;
  /** One catalogue for each list of the cache, so that equal lists give the same object. */
  private readonly cataloguesByModels = new WeakMap<readonly Model[], Catalogue>();

  constructor(
    private readonly cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: ModelRepository,
  ) {
    const load = loadEach(() => this.database.readGlobal(() => this.repository.findAll()));
    this.region = cache.region('catalogue', load, { fallback: () => fallbackCatalogue, keepFresh: true });
  }

  /** The cached catalogue, synchronously; undefined when there is none. */
  peek(): Catalogue | undefined {
    const entry = this.region.peek(catalogueKey);
    return entry ? this.toCatalogue(entry.value) : undefined;
  }

  /**
   * The catalogue, from the database if it is not cached. While the database is unreachable and no copy exists, a catalogue with
   * the one model of Attune's own defaults.
   */
  async current(): Promise<Catalogue> {
    return this.toCatalogue((await this.region.get(catalogueKey))?.value ?? []);
  }

  /** True while this catalogue is the one in the cache, and not known to be stale. */
  isCurrent(catalogue: Catalogue): boolean {
    const models = this.region.peek(catalogueKey)?.value;
    return (
      models !== undefined &&
      this.region.isCurrent(catalogueKey, models) &&
      this.toCatalogue(models) === catalogue
    );
  }

  /** Calls the listener whenever the cached catalogue was replaced or dropped. */
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

/** Used while the database is unreachable and no copy exists: the model that Attune's own defaults name. */
const fallbackCatalogue: Versioned<readonly Model[]> = {
  version: 0,
  value: [
    {
      id: 'gpt-3.5-turbo',
      provider: 'openai',
      tier: 'economy',
      base_url: null,
      api_key_env: null,
      upstream_model: null,
      headers: null,
      extra_body: null,
      reasoning: null,
      context_window: 16_385,
      max_output_tokens: 4_096,
      temperature: { min: 0, max: 2 },
      input_usd_per_mtok: 0.5,
      output_usd_per_mtok: 1.5,
      cached_input_usd_per_mtok: null,
      cache_write_usd_per_mtok: null,
      state: 'active',
    },
  ],
};
