import { Module } from '@nestjs/common';
import { ChangeMetrics } from './change-metrics.js';
import { RateLimitExemptions } from './rate-limit-exemptions.js';
import { HourlyLimitsReader } from './hourly-limits-reader.js';
import { RateLimitRepository } from './rate-limit.repository.js';
import { PlaygroundRateLimit } from './playground-rate-limit.js';

@Module({
  providers: [
    ChangeMetrics,
    HourlyLimitsReader,
    RateLimitExemptions,
    RateLimitRepository,
    PlaygroundRateLimit,
  ],
  exports: [ChangeMetrics, HourlyLimitsReader, RateLimitExemptions, RateLimitRepository, PlaygroundRateLimit],
})
export class RateLimitsModule {}
