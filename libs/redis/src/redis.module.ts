import { Module } from '@nestjs/common';
import { type RedisConfig, redisConfig } from './redis.config.js';
import { RedisConnection } from './redis-connection.js';

/** Provides `RedisConnection`, or null if `REDIS_URL` is not set. It is closed when the application shuts down. */
@Module({
  providers: [
    {
      provide: RedisConnection,
      inject: [redisConfig.KEY],
      useFactory: ({ redisUrl }: RedisConfig) => (redisUrl === null ? null : new RedisConnection(redisUrl)),
    },
  ],
  exports: [RedisConnection],
})
export class RedisModule {}
