import { Injectable } from '@nestjs/common';
import { UpkeepRepository } from './upkeep.repository.js';

const days = 7;

/** Tells whose configuration is likely to be wanted soon, such as for warming a cache. */
@Injectable()
export class TenantActivity {
  constructor(private readonly repository: UpkeepRepository) {}

  /** At most `most` ids of tenants that had a query answered within 7 days, on any replica; who asked last comes first. */
  recent(most: number): Promise<string[]> {
    return this.repository.activeTenants(days, most);
  }
}
