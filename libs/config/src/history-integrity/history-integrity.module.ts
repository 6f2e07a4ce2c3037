import { Module } from '@nestjs/common';
import { HistoryIntegrityRepository } from './history-integrity.repository.js';
import { HistoryIntegrityService } from './history-integrity.service.js';
import { HistoryVerificationController } from './history-verification.controller.js';

/** Verifies that the history was not changed (specification §3.1). */
@Module({
  controllers: [HistoryVerificationController],
  providers: [HistoryIntegrityRepository, HistoryIntegrityService],
})
export class HistoryIntegrityModule {}
