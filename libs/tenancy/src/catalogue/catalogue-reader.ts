import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache, type Versioned, oneByOne } from '#cache';
import { Database } from '#database';
import { CatalogueRepository } from './catalogue.repository.js';
import type { Model } from './model.js';

/** All models by id, in the order in which they were added. */
export type Catalogue = ReadonlyMap<string, Model>;

const whole = 'all';

/** The model catalogue, from the coherent cache. */
@Injectable()
export class CatalogueReader {
  private readonly part: CachePart<readonly Model[]>;
  /** Of each list that the cache has given, made once. */
  private readonly byId = new WeakMap<readonly Model[], Catalogue>();

  constructor(
    private readonly cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: CatalogueRepository,
  ) {
    const load = oneByOne(() => this.database.readGlobal(() => this.repository.all()));
    this.part = cache.part('catalogue', load, { safe: () => leastCatalogue, staysInUse: true });
  }

  /** What is held; undefined when nothing is. */
  peek(): Catalogue | undefined {
    const entry = this.part.peek(whole);
    return entry ? this.catalogueOf(entry.value) : undefined;
  }

  async current(): Promise<Catalogue> {
    return this.catalogueOf((await this.part.get(whole))?.value ?? []);
  }

  /** Whether this is the catalogue as it is now, as far as is known. */
  isStill(catalogue: Catalogue): boolean {
    const models = this.part.peek(whole)?.value;
    return models !== undefined && this.part.holds(whole, models) && this.catalogueOf(models) === catalogue;
  }

  onChange(listener: () => void): void {
    this.part.onChange(listener);
  }

  private catalogueOf(models: readonly Model[]): Catalogue {
    return this.byId.get(models) ?? this.indexed(models);
  }

  private indexed(models: readonly Model[]): Catalogue {
    const catalogue = new Map(models.map((model) => [model.id, model]));
    this.byId.set(models, catalogue);
    this.cache.trace(catalogue, models);
    return catalogue;
  }
}

/** While nothing can be known of the catalogue: the model that Attune's own defaults name. */
const leastCatalogue: Versioned<readonly Model[]> = {
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
