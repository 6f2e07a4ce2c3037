import { Module } from '@nestjs/common';
import { ConfigCoreModule } from '../config-core.module.js';
import { TrialModule } from '../trial/trial.module.js';
import { PlaygroundController } from './playground.controller.js';
import { PlaygroundService } from './playground.service.js';

/** Asks a question under settings that are not saved. */
@Module({
  imports: [ConfigCoreModule, TrialModule],
  controllers: [PlaygroundController],
  providers: [PlaygroundService],
})
export class PlaygroundModule {}
