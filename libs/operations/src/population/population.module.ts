import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { TenantPopulationRepository } from './tenant-population.repository.js';
import { TenantPopulationService } from './tenant-population.service.js';

/** Looks at all tenants' configurations at once, for previews, bulk updates and rollouts. */
@Module({
  imports: [TenancyModule],
  providers: [TenantPopulationService, TenantPopulationRepository],
  exports: [TenantPopulationService, TenantPopulationRepository],
})
export class PopulationModule {}
