import { Module } from '@nestjs/common';
import { ConfigCoreModule } from '../config-core.module.js';
import { GoldenQuestionsModule } from '../golden-questions/golden-questions.module.js';
import { GoldenQuestionsRunController } from './golden-questions-run.controller.js';
import { GoldenQuestionsRunService } from './golden-questions-run.service.js';
import { PlaygroundController } from './playground.controller.js';
import { PlaygroundService } from './playground.service.js';
import { ProposedConfigurationService } from './proposed-configuration.service.js';

/** Asks questions under settings that are not saved. */
@Module({
  imports: [ConfigCoreModule, GoldenQuestionsModule],
  controllers: [GoldenQuestionsRunController, PlaygroundController],
  providers: [GoldenQuestionsRunService, PlaygroundService, ProposedConfigurationService],
  exports: [ProposedConfigurationService],
})
export class PlaygroundModule {}
