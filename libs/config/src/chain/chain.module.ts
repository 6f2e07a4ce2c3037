import { Module } from '@nestjs/common';
import { HistoryIntegrityRepository } from './chain.repository.js';
import { HistoryIntegrityService } from './history-chain.service.js';
import { HistoryVerificationController } from './verification.controller.js';

/** Whether the history is what was written (SPEC §3.1). */
@Module({
  controllers: [HistoryVerificationController],
  providers: [HistoryIntegrityRepository, HistoryIntegrityService],
})
export class HistoryIntegrityModule {}
