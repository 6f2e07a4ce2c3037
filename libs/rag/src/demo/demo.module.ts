import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { DocumentsModule } from '../documents/documents.module.js';
import { DemoKeyStore } from './demo-key-store.js';
import { DemoTenantSeeder } from './demo-tenant-seeder.js';
import { DemoStartupService } from './demo-startup.service.js';

/** The two tenants of the demo. */
@Module({
  imports: [TenancyModule, DocumentsModule],
  providers: [DemoKeyStore, DemoTenantSeeder, DemoStartupService],
})
export class DemoModule {}
