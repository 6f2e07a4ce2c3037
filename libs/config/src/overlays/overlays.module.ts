import { Module } from '@nestjs/common';
import { FeatureFlagsService } from './feature-flags.service.js';
import { FlagOverlayService } from './flag-overlay.service.js';

/** Feature flags over the tenants' settings (specification §6), where the product is given a `FlagSource`. */
@Module({
  providers: [FeatureFlagsService, FlagOverlayService],
  exports: [FlagOverlayService],
})
export class OverlaysModule {}
