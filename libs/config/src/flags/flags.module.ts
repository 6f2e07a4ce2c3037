import { Module } from '@nestjs/common';
import { FeatureFlags } from './feature-flags.js';
import { FlagOverlay } from './flag-overlay.js';

/** Feature flags over the tenants' settings (SPEC §6), where the product is given a `FlagSource`. */
@Module({
  providers: [FeatureFlags, FlagOverlay],
  exports: [FlagOverlay],
})
export class FlagsModule {}
