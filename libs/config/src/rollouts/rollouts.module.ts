import { Module } from '@nestjs/common';
import { BulkItemRepository } from '../bulk/bulk-item.repository.js';
import { BulkOperationRepository } from '../bulk/bulk-operation.repository.js';
import { BulkChangeRequestRepository } from '../bulk/run/bulk-request.repository.js';
import { PopulationModule } from '../fleet/fleet.module.js';
import { RolloutsController } from './http/rollouts.controller.js';
import { GuardrailCheck } from './measure/guardrail-check.js';
import { ObservationRepository } from './measure/observation.repository.js';
import { RolloutObservationBuffer } from './measure/rollout-observations.js';
import { RolloutMonitor } from './measure/rollout-watch.js';
import { PromotionService } from './promote/promote-rollout.service.js';
import { PromotionRecorder } from './promote/promotion-record.js';
import { PromotionRepository } from './promote/promotion.repository.js';
import { SelectedTenantsRepository } from './promote/selected-tenants.js';
import { RolloutsService } from './rollouts.service.js';

/** Changes that a part of the tenants or of the queries gets first, measured and watched (SPEC §5.4). */
@Module({
  imports: [PopulationModule],
  controllers: [RolloutsController],
  providers: [
    BulkItemRepository,
    BulkOperationRepository,
    BulkChangeRequestRepository,
    GuardrailCheck,
    ObservationRepository,
    PromotionService,
    PromotionRecorder,
    PromotionRepository,
    RolloutObservationBuffer,
    RolloutMonitor,
    RolloutsService,
    SelectedTenantsRepository,
  ],
  exports: [RolloutObservationBuffer],
})
export class RolloutsModule {}
