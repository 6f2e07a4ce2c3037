import { Module } from '@nestjs/common';
import { RateLimitsModule } from '../limits/limits.module.js';
import { GoldenQuestionRepository } from './golden/golden-question.repository.js';
import { GoldenQuestionsController } from './golden/golden-questions.controller.js';
import { GoldenQuestionsService } from './golden/golden-questions.service.js';
import { PlatformPlaygroundController } from './platform-test.controller.js';
import { TenantPlaygroundController } from './tenant-test.controller.js';
import { PlaygroundService } from './test-configuration.service.js';

/** Trying settings before they are saved, and the questions that a gate asks. */
@Module({
  imports: [RateLimitsModule],
  controllers: [TenantPlaygroundController, PlatformPlaygroundController, GoldenQuestionsController],
  providers: [GoldenQuestionRepository, GoldenQuestionsService, PlaygroundService],
  exports: [GoldenQuestionsService],
})
export class TrialModule {}
