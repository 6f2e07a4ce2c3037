import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '#database';
import { TenantActivityReader } from '#metering';
import { TenantReader } from '#tenancy';
import { ConfigReader } from './config-reader.js';
import { StoredConfigurationCache } from './stored-configuration-cache.js';

/** As many as the cache holds. */
const maxTenants = 200_000;

/**
 * Holds the configurations of the tenants that asked something within the last week before the replica says that it is ready
 * (specification §7.4): one query for who they are, one for what they store, one for the tenants themselves.
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

  /** A replica that starts without the database is not held up; it is warmed when that comes. */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.runAtStartup(() => this.warmUp());
  }

  private async warmUp(): Promise<void> {
    const tenantIds = await this.activity.listRecentlyActive(maxTenants);
    await Promise.all([this.configurations.preload(tenantIds), this.tenants.preload(tenantIds)]);
    // Brings along what all of them share.
    if (tenantIds[0] !== undefined) await this.reader.current(tenantIds[0]);
    this.logger.log(`${tenantIds.length} configurations were loaded into the cache at start-up.`);
  }
}
