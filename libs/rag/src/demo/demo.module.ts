import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { DemoKeys } from './demo-keys.js';
import { DemoTenants } from './demo-seed.js';
import { DemoStart } from './demo-start.js';

/** The two tenants of the demo. */
@Module({
  imports: [DocumentsModule],
  providers: [DemoKeys, DemoTenants, DemoStart],
})
export class DemoModule {}
