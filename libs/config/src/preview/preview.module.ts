import { Module } from '@nestjs/common';
import { BlastRadius } from '#tenancy';
import { PopulationModule } from '../fleet/fleet.module.js';
import { BlastRadiusCalculator } from './fleet-radius.js';

/** Whose settings a change of a plan, a model or the platform's defaults would change. */
@Module({
  imports: [PopulationModule],
  providers: [BlastRadiusCalculator, { provide: BlastRadius, useExisting: BlastRadiusCalculator }],
  exports: [BlastRadiusCalculator, BlastRadius],
})
export class PreviewModule {}
