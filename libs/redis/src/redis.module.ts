import { Module } from '@nestjs/common';
import { Metrics } from '#telemetry';
import { type RedisConfig, redisConfig } from './redis.config.js';
import { RedisConnection } from './redis-connection.js';
import { RedisMetrics } from './redis-metrics.js';

/** Provides `RedisConnection`, or null if `REDIS_URL` is not set. It is closed when the application shuts down. */
@Module({
  providers: [
    {
      provide: RedisConnection,
      inject: [redisConfig.KEY, { token: Metrics, optional: true }],
      useFactory: ({ redisUrl }: RedisConfig, metrics?: Metrics) =>
        redisUrl === null
          ? null
          : new RedisConnection(redisUrl, metrics === undefined ? null : new RedisMetrics(metrics)),
    },
  ],
  exports: [RedisConnection],
})
export class RedisModule {}
