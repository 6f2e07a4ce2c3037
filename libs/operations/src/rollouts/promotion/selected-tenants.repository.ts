import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import {
  type ConfigurationGroup,
  TenantPopulationRepository,
} from '../../population/tenant-population.repository.js';
import { type SharedInputs, resolveGroup } from '../../population/tenant-population.service.js';
import { type Selector, matchesConditions } from '#settings';

/** The tenants of a promotion. Every method runs in the caller's transaction. */
@Injectable()
export class SelectedTenantsRepository {
  constructor(
    private readonly database: Database,
    private readonly population: TenantPopulationRepository,
  ) {}

  /**
   * Locks the configurations of the selected tenants, and their approval policy, until the transaction ends. So an evaluation is still
   * right when it is written; other changes of these tenants wait. Configurations are locked first, as in every other transaction that
   * locks both: another order could deadlock.
   */
  async lock(selector: Selector, sharedInputs: SharedInputs): Promise<ConfigurationGroup[]> {
    const versions = await this.population.findVersions(selector);
    const tenant_ids = versions.map(({ tenant_id: id }) => id);
    await this.database.query(
      'SELECT FROM tenant_configurations WHERE tenant_id = ANY($1) ORDER BY tenant_id FOR UPDATE',
      [tenant_ids],
    );
    await this.database.query('SELECT FROM tenants WHERE tenant_id = ANY($1) ORDER BY tenant_id FOR SHARE', [
      tenant_ids,
    ]);
    const groups = await this.population.findGroups({ ...selector, tenant_ids });
    return groups.filter((group) => matchesConditions(selector, resolveGroup(group, sharedInputs).settings));
  }
}
