import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { GoldenQuestionRepository } from './golden-question.repository.js';
import { GoldenQuestionsController } from './golden-questions.controller.js';
import { PlatformGoldenQuestionsController } from './platform-golden-questions.controller.js';
import { GoldenQuestionsService } from './golden-questions.service.js';

/** The golden questions that a tenant keeps, and that a change with `gate: true` must pass. */
@Module({
  imports: [TenancyModule],
  controllers: [GoldenQuestionsController, PlatformGoldenQuestionsController],
  providers: [GoldenQuestionRepository, GoldenQuestionsService],
  exports: [GoldenQuestionsService],
})
export class GoldenQuestionsModule {}
