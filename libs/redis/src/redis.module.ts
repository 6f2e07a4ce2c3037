import { Module } from '@nestjs/common';
import { Environment } from '#kernel';
import { RedisConnection } from './redis-connection.js';

/** Provides `RedisConnection`, or null if `REDIS_URL` is not set. It is closed when the application shuts down. */
@Module({
  providers: [
    {
      provide: RedisConnection,
      inject: [Environment],
      useFactory: ({ redisUrl }: Environment) => (redisUrl === null ? null : new RedisConnection(redisUrl)),
    },
  ],
  exports: [RedisConnection],
})
export class RedisModule {}
