import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import type { Catalogue } from './catalogue-reader.js';
import { CatalogueRepository } from './catalogue.repository.js';

/**
 * The one way to change plans, models and the platform's defaults. They name one another (a plan's default is a model), so
 * their changes come one at a time over all replicas: what was checked still holds when it is written.
 */
@Injectable()
export class SharedLayers {
  constructor(
    private readonly database: Database,
    private readonly models: CatalogueRepository,
  ) {}

  change<T>(author: Author, work: () => Promise<T>): Promise<T> {
    const alone = async (): Promise<T> => {
      await this.database.query("SELECT pg_advisory_xact_lock(hashtext('attune shared layers'))");
      return work();
    };
    return this.database.asPlatform(allTenants, alone, author);
  }

  /** The same view for a preview, which waits for nobody. */
  look<T>(work: () => Promise<T>): Promise<T> {
    return this.database.readAsPlatform(allTenants, work);
  }

  /** All models as the caller's transaction sees them; a cache may be a moment behind. */
  async catalogue(): Promise<Catalogue> {
    const { value: models } = await this.models.all();
    return new Map(models.map((model) => [model.id, model]));
  }
}
