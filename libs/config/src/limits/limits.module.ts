import { Module } from '@nestjs/common';
import { ChangeMetrics } from './change-metrics.js';
import { RateLimitRepository } from './limit.repository.js';
import { PlaygroundRateLimit } from './test-limit.js';

@Module({
  providers: [ChangeMetrics, RateLimitRepository, PlaygroundRateLimit],
  exports: [ChangeMetrics, RateLimitRepository, PlaygroundRateLimit],
})
export class RateLimitsModule {}
