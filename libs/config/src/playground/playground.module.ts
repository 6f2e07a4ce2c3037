import { Module } from '@nestjs/common';
import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { TrialModule } from '../trial/trial.module.js';
import { PlatformPlaygroundController } from './platform-playground.controller.js';
import { PlaygroundService } from './playground.service.js';
import { TenantPlaygroundController } from './tenant-playground.controller.js';

/** Asks a question under settings that are not saved. */
@Module({
  imports: [RateLimitsModule, TrialModule],
  controllers: [TenantPlaygroundController, PlatformPlaygroundController],
  providers: [PlaygroundService],
})
export class PlaygroundModule {}
