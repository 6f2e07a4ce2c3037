import { Module } from '@nestjs/common';
import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { GoldenQuestionRepository } from './golden-question.repository.js';
import { GoldenQuestionsController } from './golden-questions.controller.js';
import { GoldenQuestionsService } from './golden-questions.service.js';
import { PlatformPlaygroundController } from '../playground/platform-playground.controller.js';
import { TenantPlaygroundController } from '../playground/tenant-playground.controller.js';
import { PlaygroundService } from '../playground/playground.service.js';

/** Trying settings before they are saved, and the questions that a gate asks. */
@Module({
  imports: [RateLimitsModule],
  controllers: [TenantPlaygroundController, PlatformPlaygroundController, GoldenQuestionsController],
  providers: [GoldenQuestionRepository, GoldenQuestionsService, PlaygroundService],
  exports: [GoldenQuestionsService],
})
export class TrialModule {}
