import { Injectable } from '@nestjs/common';
import { MaintenanceRepository } from './maintenance.repository.js';

const activeWithinDays = 7;

/**
 * Lists the tenants whose configuration will probably be read soon, for example to warm a cache.
 *
 * ```ts
 * const tenantIds = await activity.listRecentlyActive(1_000);
 * ```
 */
@Injectable()
export class TenantActivityReader {
  constructor(private readonly repository: MaintenanceRepository) {}

  /**
   * At most `limit` ids of tenants that had a query settled within the last 7 days, on any replica; the most recent first.
   *
   * @throws UnavailableError while the database cannot be reached.
   */
  listRecentlyActive(limit: number): Promise<string[]> {
    return this.repository.listActiveTenants(activeWithinDays, limit);
  }
}
