import { Module } from '@nestjs/common';
import { TenantPopulationRepository } from './fleet.repository.js';
import { TenantPopulationService } from './fleet.service.js';

/** Looks at all tenants' configurations at once, for previews, bulk updates and rollouts. */
@Module({
  providers: [TenantPopulationService, TenantPopulationRepository],
  exports: [TenantPopulationService, TenantPopulationRepository],
})
export class PopulationModule {}
