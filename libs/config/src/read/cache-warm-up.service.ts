import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '#database';
import { UnavailableError } from '#kernel';
import { TenantActivityReader } from '#metering';
import { TenantReader } from '#tenancy';
import { ConfigReader } from './config-reader.js';
import { StoredConfigurationCache, maxCachedConfigurations } from './stored-configuration-cache.js';

/**
 * Before the replica becomes ready, loads the configurations of the tenants that sent queries within the last week (specification §7.4).
 * Needs three queries: for the ids, the configurations and the tenants.
 */
@Injectable()
export class CacheWarmUpService implements OnApplicationBootstrap {
  private readonly logger = new Logger('cache');

  constructor(
    private readonly database: Database,
    private readonly activity: TenantActivityReader,
    private readonly configurations: StoredConfigurationCache,
    private readonly tenants: TenantReader,
    private readonly reader: ConfigReader,
  ) {}

  /** A replica that starts without the database does not wait; the warm-up runs once the database is available. */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.runAtStartup(() => this.warmUp());
  }

  private async warmUp(): Promise<void> {
    const tenantIds = await this.activity.listRecentlyActive(maxCachedConfigurations);
    await Promise.all([this.configurations.preload(tenantIds), this.tenants.preload(tenantIds)]);
    if (tenantIds[0] !== undefined) await this.loadSharedInputs(tenantIds[0]);
    this.logger.log(`${tenantIds.length} configurations were loaded into the cache at start-up.`);
  }

  /** Any tenant does. One whose configuration cannot be read must not keep the replica from its start. */
  private async loadSharedInputs(tenantId: string): Promise<void> {
    try {
      await this.reader.current(tenantId);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      this.logger.error({ err: error }, `The configuration of the tenant ${tenantId} cannot be read.`);
    }
  }
}
