import { Module } from '@nestjs/common';
import { BlastRadius } from '#tenancy';
import { FleetModule } from '../fleet/fleet.module.js';
import { FleetRadius } from './fleet-radius.js';

/** Whose settings a change of a plan, a model or the platform's defaults would change. */
@Module({
  imports: [FleetModule],
  providers: [FleetRadius, { provide: BlastRadius, useExisting: FleetRadius }],
  exports: [FleetRadius, BlastRadius],
})
export class PreviewModule {}
