import { Module } from '@nestjs/common';
import { BackupModule } from './backup/backup.module.js';
import { BulkOperationEntity, BulkOperationItemEntity } from './bulk/bulk-operation.entity.js';
import { BulkModule } from './bulk/bulk.module.js';
import { ReplicaEntity } from './overview/replica.entity.js';
import { OverviewModule } from './overview/overview.module.js';
import { PreviewModule } from './preview/preview.module.js';
import { RolloutObservationEntity } from './rollouts/measurement/rollout-observation.entity.js';
import { TenantListModule } from './tenant-list/tenant-list.module.js';
import { RolloutsModule } from './rollouts/rollouts.module.js';

/** The entities of this library's tables, for the DataSource. */
export const operationsEntities = [
  BulkOperationEntity,
  BulkOperationItemEntity,
  ReplicaEntity,
  RolloutObservationEntity,
];

/** Changes of many tenants at once: previews of shared layers, bulk updates and rollouts. Exports the two ports that it fills. */
@Module({
  imports: [BackupModule, BulkModule, OverviewModule, PreviewModule, RolloutsModule, TenantListModule],
  exports: [PreviewModule, RolloutsModule],
})
export class OperationsModule {}
