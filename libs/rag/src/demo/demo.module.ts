import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { HttpModule } from '#http';
import { TenancyModule } from '#tenancy';
import { DocumentsModule } from '../documents/documents.module.js';
import { DemoKeyStore } from './demo-key.store.js';
import { DemoTenantSeeder } from './demo-tenant-seeder.js';
import { DemoStartupService } from './demo-startup.service.js';

/** Creates the two tenants of the demo. */
@Module({
  imports: [ConfigurationModule, DocumentsModule, HttpModule, TenancyModule],
  providers: [DemoKeyStore, DemoTenantSeeder, DemoStartupService],
})
export class DemoModule {}
