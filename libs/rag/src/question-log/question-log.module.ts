import { Module } from '@nestjs/common';
import { QuestionLogRepository } from './question-log.repository.js';
import { QuestionLogService } from './question-log.service.js';

/** The questions that tenants let Attune keep. */
@Module({
  providers: [QuestionLogRepository, QuestionLogService],
  exports: [QuestionLogRepository, QuestionLogService],
})
export class QuestionLogModule {}
