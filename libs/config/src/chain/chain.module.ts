import { Module } from '@nestjs/common';
import { ChainRepository } from './chain.repository.js';
import { HistoryChain } from './history-chain.service.js';
import { VerificationController } from './verification.controller.js';

/** Whether the history is what was written (SPEC §3.1). */
@Module({
  controllers: [VerificationController],
  providers: [ChainRepository, HistoryChain],
})
export class ChainModule {}
