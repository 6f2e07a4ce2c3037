import { Module } from '@nestjs/common';
import { RequestsModule } from '../requests/requests.module.js';
import { ApplyFile } from './apply-file.service.js';
import { ManagedController } from './managed.controller.js';
import { ManagedRepository } from './managed.repository.js';
import { PlanFile } from './plan-file.service.js';

/** Configuration as code: settings that files own. */
@Module({
  imports: [RequestsModule],
  controllers: [ManagedController],
  providers: [ApplyFile, ManagedRepository, PlanFile],
})
export class CodeModule {}
