import { Module } from '@nestjs/common';
import { ChangeMetrics } from './change-metrics.js';
import { LimitRepository } from './limit.repository.js';
import { TestLimit } from './test-limit.js';

@Module({
  providers: [ChangeMetrics, LimitRepository, TestLimit],
  exports: [ChangeMetrics, LimitRepository, TestLimit],
})
export class LimitsModule {}
