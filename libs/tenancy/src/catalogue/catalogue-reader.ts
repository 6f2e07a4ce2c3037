import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache } from '#cache';
import { Database } from '#database';
import { CatalogueRepository } from './catalogue.repository.js';
import type { Model } from './model.js';

/** All models by id, in the order in which they were added. */
export type Catalogue = ReadonlyMap<string, Model>;

const whole = 'all';

/** The model catalogue, from the coherent cache. */
@Injectable()
export class CatalogueReader {
  private readonly part: CachePart<Catalogue>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: CatalogueRepository,
  ) {
    this.part = cache.part('catalogue', async () => {
      const { version, value } = await this.database.readGlobal(() => this.repository.all());
      return { version, value: new Map(value.map((model) => [model.id, model])) };
    });
  }

  /** What is held; undefined when nothing is. */
  peek(): Catalogue | undefined {
    return this.part.peek(whole)?.value;
  }

  async current(): Promise<Catalogue> {
    return (await this.part.get(whole))?.value ?? new Map<string, Model>();
  }

  onChange(listener: () => void): void {
    this.part.onChange(listener);
  }
}
