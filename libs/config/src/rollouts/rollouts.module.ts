import { Module } from '@nestjs/common';
import { BulkItemRepository } from '../bulk/bulk-item.repository.js';
import { BulkOperationRepository } from '../bulk/bulk-operation.repository.js';
import { BulkRequestRepository } from '../bulk/run/bulk-request.repository.js';
import { FleetModule } from '../fleet/fleet.module.js';
import { RolloutsController } from './http/rollouts.controller.js';
import { GuardrailCheck } from './measure/guardrail-check.js';
import { ObservationRepository } from './measure/observation.repository.js';
import { RolloutObservations } from './measure/rollout-observations.js';
import { RolloutWatch } from './measure/rollout-watch.js';
import { PromoteRollout } from './promote/promote-rollout.service.js';
import { PromotionRecord } from './promote/promotion-record.js';
import { PromotionRepository } from './promote/promotion.repository.js';
import { SelectedTenants } from './promote/selected-tenants.js';
import { Rollouts } from './rollouts.service.js';

/** Changes that a part of the tenants or of the queries gets first, measured and watched (SPEC §5.4). */
@Module({
  imports: [FleetModule],
  controllers: [RolloutsController],
  providers: [
    BulkItemRepository,
    BulkOperationRepository,
    BulkRequestRepository,
    GuardrailCheck,
    ObservationRepository,
    PromoteRollout,
    PromotionRecord,
    PromotionRepository,
    RolloutObservations,
    RolloutWatch,
    Rollouts,
    SelectedTenants,
  ],
  exports: [RolloutObservations],
})
export class RolloutsModule {}
