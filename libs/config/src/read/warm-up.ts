import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '#database';
import { TenantActivity } from '#metering';
import { TenantReader } from '#tenancy';
import { ConfigReader } from './config-reader.js';
import { StoredConfigurations } from './stored-configurations.js';

/** As many as the cache holds. */
const mostTenants = 200_000;

/**
 * Holds the configurations of the tenants that asked something within the last week before the replica says that it is ready
 * (SPEC §7.4): one query for who they are, one for what they store, one for the tenants themselves.
 */
@Injectable()
export class WarmUp implements OnApplicationBootstrap {
  private readonly logger = new Logger('cache');

  constructor(
    private readonly database: Database,
    private readonly activity: TenantActivity,
    private readonly stored: StoredConfigurations,
    private readonly tenants: TenantReader,
    private readonly reader: ConfigReader,
  ) {}

  /** A replica that starts without the database is not held up; it is warmed when that comes. */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.whenUp(() => this.warm());
  }

  private async warm(): Promise<void> {
    const tenantIds = await this.activity.recent(mostTenants);
    await Promise.all([this.stored.warm(tenantIds), this.tenants.warm(tenantIds)]);
    // Brings along what all of them share.
    if (tenantIds[0] !== undefined) await this.reader.current(tenantIds[0]);
    this.logger.log(`${tenantIds.length} configurations are held from the start`);
  }
}
