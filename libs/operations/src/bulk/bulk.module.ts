import { Module } from '@nestjs/common';
import { ApprovalsModule, ConfigCoreModule } from '#config';
import { JobsModule } from '#database';
import { TenancyModule } from '#tenancy';
import { PopulationModule } from '../population/population.module.js';
import { BulkChunkProcessor } from './run/bulk-chunk-processor.js';
import { BulkItemRepository } from './bulk-item.repository.js';
import { BulkListsService } from './bulk-lists.service.js';
import { BulkOperationRepository } from './bulk-operation.repository.js';
import { BulkProgressService } from './bulk-progress.service.js';
import { BulkChangeRequestService } from './run/bulk-change-request.service.js';
import { BulkUpdatesService } from './bulk-updates.service.js';
import { DryRunService } from './dry-run.service.js';
import { OperationPreviewService } from './operation-preview.service.js';
import { BulkController } from './http/bulk.controller.js';
import { BulkJobHandler } from './run/bulk-job-handler.js';

/** Bulk updates: one patch for thousands of tenants, and its revert (specification §5.1, §5.2). */
@Module({
  imports: [ApprovalsModule, ConfigCoreModule, TenancyModule, PopulationModule, JobsModule],
  controllers: [BulkController],
  providers: [
    BulkChunkProcessor,
    BulkItemRepository,
    BulkListsService,
    BulkOperationRepository,
    BulkProgressService,
    BulkChangeRequestService,
    BulkUpdatesService,
    DryRunService,
    OperationPreviewService,
    BulkJobHandler,
  ],
  exports: [BulkItemRepository, BulkOperationRepository, BulkChangeRequestService],
})
export class BulkModule {}
