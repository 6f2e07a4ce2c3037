import { Module } from '@nestjs/common';
import { ConfigCoreModule } from '../config-core.module.js';
import { ApprovalsModule } from '../approvals/approvals.module.js';
import { ApplyFileService } from './apply-file.service.js';
import { ManagedController } from './managed.controller.js';
import { ManagedRepository } from './managed.repository.js';
import { PreviewFileService } from './preview-file.service.js';

/** Configuration as code: settings that a file in version control owns. */
@Module({
  imports: [ConfigCoreModule, ApprovalsModule],
  controllers: [ManagedController],
  providers: [ApplyFileService, ManagedRepository, PreviewFileService],
})
export class GitopsModule {}
