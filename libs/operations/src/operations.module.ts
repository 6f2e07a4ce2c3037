import { Module } from '@nestjs/common';
import { BulkModule } from './bulk/bulk.module.js';
import { PreviewModule } from './preview/preview.module.js';
import { RolloutsModule } from './rollouts/rollouts.module.js';

/** Many tenants at once: previews of shared layers, bulk updates and rollouts. */
@Module({
  imports: [BulkModule, PreviewModule, RolloutsModule],
  exports: [PreviewModule, RolloutsModule],
})
export class OperationsModule {}
