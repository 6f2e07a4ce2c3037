import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import type { TenantSettings } from '#settings';
import type { Catalogue } from './catalogue-reader.js';
import { ModelRepository } from './model.repository.js';
import { PlatformDefaultsRepository } from './platform-defaults.repository.js';

/**
 * The one way to change plans, models and the platform's defaults. They refer to each other (a plan's default is a model), so
 * their changes run one at a time over all replicas: what was checked is still true when it is written.
 *
 * ```ts
 * await sharedSettings.write(author, async () => {
 *   if (!(await sharedSettings.readCatalogue()).has(modelId)) throw new NotFoundError('There is no such model.');
 * });
 * ```
 */
@Injectable()
export class SharedSettingsTransaction {
  constructor(
    private readonly database: Database,
    private readonly models: ModelRepository,
    private readonly platformDefaults: PlatformDefaultsRepository,
  ) {}

  /** Runs `work` in a platform transaction that no other change of shared settings overlaps. */
  write<T>(author: Author, work: () => Promise<T>): Promise<T> {
    const lockedWork = async (): Promise<T> => {
      await this.platformDefaults.lockSharedSettings();
      return work();
    };
    return this.database.asPlatform(allTenants, lockedWork, author);
  }

  /** Runs `work` in a read-only platform transaction, which waits for no lock; for lists and previews. */
  read<T>(work: () => Promise<T>): Promise<T> {
    return this.database.readAsPlatform(allTenants, work);
  }

  /** All models as the caller's transaction sees them. The cache may be a moment behind. */
  async readCatalogue(): Promise<Catalogue> {
    const { value: models } = await this.models.findAll();
    return new Map(models.map((model) => [model.id, model]));
  }

  /** The platform's defaults as the caller's transaction sees them. @throws Error before the first replica has filled them in. */
  readPlatformDefaults(): Promise<TenantSettings> {
    return this.platformDefaults.get();
  }
}
