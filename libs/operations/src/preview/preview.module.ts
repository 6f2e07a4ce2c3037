import { Module } from '@nestjs/common';
import { ConfigCoreModule } from '#config';
import { PopulationModule } from '../population/population.module.js';
import { BlastRadiusCalculator } from './blast-radius-calculator.js';
import { DefaultsController } from './defaults.controller.js';

/** Previews which tenants a change of a plan, a model or the platform's defaults would affect. */
@Module({
  imports: [ConfigCoreModule, PopulationModule],
  controllers: [DefaultsController],
  providers: [BlastRadiusCalculator],
  exports: [BlastRadiusCalculator],
})
export class PreviewModule {}
