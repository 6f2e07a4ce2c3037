import { Module } from '@nestjs/common';
import { CacheModule } from '#cache';
import { FeatureFlagsService } from './feature-flags.service.js';
import { FlagOverlayService } from './flag-overlay.service.js';
import { RunningRolloutRepository } from './running-rollout.repository.js';
import { RunningRollouts } from './running-rollouts.js';

/** What lies over a tenant's own settings for a while: feature flags (specification §6, with a `FlagSource`) and running rollouts. */
@Module({
  imports: [CacheModule],
  providers: [FeatureFlagsService, FlagOverlayService, RunningRolloutRepository, RunningRollouts],
  exports: [FlagOverlayService, RunningRollouts],
})
export class OverlaysModule {}
