import { Module } from '@nestjs/common';
import { ConfigCoreModule } from '#config';
import { TenancyModule } from '#tenancy';
import { BulkModule } from '../bulk/bulk.module.js';
import { PopulationModule } from '../population/population.module.js';
import { RolloutsController } from './http/rollouts.controller.js';
import { GuardrailCheck } from './measurement/guardrail-check.js';
import { ObservationRepository } from './measurement/observation.repository.js';
import { RolloutObservationBuffer } from './measurement/rollout-observation-buffer.js';
import { RolloutMonitor } from './measurement/rollout-monitor.js';
import { PromotionService } from './promotion/promotion.service.js';
import { PromotionRecorder } from './promotion/promotion-recorder.js';
import { PromotionRepository } from './promotion/promotion.repository.js';
import { SelectedTenantsRepository } from './promotion/selected-tenants.repository.js';
import { RolloutRepository } from './rollout.repository.js';
import { RolloutsService } from './rollouts.service.js';

/** Rollouts: changes that a part of the tenants or queries gets first, measured and guarded by limits (specification §5.4). */
@Module({
  imports: [ConfigCoreModule, TenancyModule, BulkModule, PopulationModule],
  controllers: [RolloutsController],
  providers: [
    GuardrailCheck,
    ObservationRepository,
    PromotionService,
    PromotionRecorder,
    PromotionRepository,
    RolloutObservationBuffer,
    RolloutMonitor,
    RolloutRepository,
    RolloutsService,
    SelectedTenantsRepository,
  ],
  exports: [RolloutObservationBuffer],
})
export class RolloutsModule {}
