import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { DemoKeyStore } from './demo-keys.js';
import { DemoTenantSeeder } from './demo-seed.js';
import { DemoStartupService } from './demo-start.js';

/** The two tenants of the demo. */
@Module({
  imports: [DocumentsModule],
  providers: [DemoKeyStore, DemoTenantSeeder, DemoStartupService],
})
export class DemoModule {}
