import { Module } from '@nestjs/common';
import { JobsModule } from '#database';
import { FleetModule } from '../fleet/fleet.module.js';
import { BulkChunk } from './run/bulk-chunk.service.js';
import { BulkItemRepository } from './bulk-item.repository.js';
import { BulkLists } from './bulk-lists.service.js';
import { BulkOperationRepository } from './bulk-operation.repository.js';
import { BulkProgress } from './bulk-progress.js';
import { BulkRequestRepository } from './run/bulk-request.repository.js';
import { BulkUpdates } from './bulk-updates.service.js';
import { DryRuns } from './dry-run.service.js';
import { BulkController } from './http/bulk.controller.js';
import { RunBulk } from './run/run-bulk.service.js';

/** One patch for thousands of tenants, and its taking back (SPEC §5.1, §5.2). */
@Module({
  imports: [FleetModule, JobsModule],
  controllers: [BulkController],
  providers: [
    BulkChunk,
    BulkItemRepository,
    BulkLists,
    BulkOperationRepository,
    BulkProgress,
    BulkRequestRepository,
    BulkUpdates,
    DryRuns,
    RunBulk,
  ],
})
export class BulkModule {}
