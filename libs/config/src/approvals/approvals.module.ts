import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { ConfigCoreModule } from '../config-core.module.js';
import { ChangeRequestRepository } from './change-request.repository.js';
import { ChangeRequestsService } from './change-requests.service.js';
import { DecisionRecorder } from './decisions/decision-recorder.js';
import { DecideChangeRequestService } from './decisions/decide-change-request.service.js';
import { OpenChangeRequestService } from './open-change-request.service.js';
import { PlatformChangeRequestsController } from './platform-change-requests.controller.js';
import { TenantUpdateService } from './decisions/tenant-update.service.js';
import { TenantChangeRequestsController } from './tenant-change-requests.controller.js';

/** Changes that wait for a platform admin's approval (specification §3.8). */
@Module({
  imports: [TenancyModule, ConfigCoreModule],
  controllers: [TenantChangeRequestsController, PlatformChangeRequestsController],
  providers: [
    ChangeRequestRepository,
    ChangeRequestsService,
    DecideChangeRequestService,
    DecisionRecorder,
    OpenChangeRequestService,
    TenantUpdateService,
  ],
  exports: [ChangeRequestRepository, ChangeRequestsService, OpenChangeRequestService],
})
export class ApprovalsModule {}
