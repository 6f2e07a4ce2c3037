import { Injectable } from '@nestjs/common';
import { MaintenanceRepository } from './maintenance.repository.js';

const activeWithinDays = 7;

/** Tells whose configuration is likely to be wanted soon, such as for warming a cache. */
@Injectable()
export class TenantActivityReader {
  constructor(private readonly repository: MaintenanceRepository) {}

  /** At most `most` ids of tenants that had a query answered within 7 days, on any replica; who asked last comes first. */
  listRecentlyActive(limit: number): Promise<string[]> {
    return this.repository.listActiveTenants(activeWithinDays, limit);
  }
}
