import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, loadEach } from '#cache';
import { Database } from '#database';
import { fallbackCatalogue } from './fallback-catalogue.js';
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
