import { Module } from '@nestjs/common';
import { LimitsModule } from '../limits/limits.module.js';
import { GoldenQuestionRepository } from './golden/golden-question.repository.js';
import { GoldenQuestionsController } from './golden/golden-questions.controller.js';
import { GoldenQuestions } from './golden/golden-questions.service.js';
import { PlatformTestController } from './platform-test.controller.js';
import { TenantTestController } from './tenant-test.controller.js';
import { TestConfiguration } from './test-configuration.service.js';

/** Trying settings before they are saved, and the questions that a gate asks. */
@Module({
  imports: [LimitsModule],
  controllers: [TenantTestController, PlatformTestController, GoldenQuestionsController],
  providers: [GoldenQuestionRepository, GoldenQuestions, TestConfiguration],
  exports: [GoldenQuestions],
})
export class TrialModule {}
