import { Module } from '@nestjs/common';
import { ConfigCoreModule } from '#config';
import { TenancyModule } from '#tenancy';
import { TenantPopulationRepository } from './tenant-population.repository.js';
import { TenantPopulationService } from './tenant-population.service.js';

/** Reads the configurations of many tenants at once, for previews, bulk updates and rollouts. */
@Module({
  imports: [ConfigCoreModule, TenancyModule],
  providers: [TenantPopulationService, TenantPopulationRepository],
  exports: [TenantPopulationService, TenantPopulationRepository],
})
export class PopulationModule {}
