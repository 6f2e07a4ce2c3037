import { Module } from '@nestjs/common';
import { ChangeMetrics } from './change-metrics.js';
import { RateLimitRepository } from './rate-limit.repository.js';
import { PlaygroundRateLimit } from './playground-rate-limit.js';

@Module({
  providers: [ChangeMetrics, RateLimitRepository, PlaygroundRateLimit],
  exports: [ChangeMetrics, RateLimitRepository, PlaygroundRateLimit],
})
export class RateLimitsModule {}
