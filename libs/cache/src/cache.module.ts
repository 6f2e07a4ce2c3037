import { Module } from '@nestjs/common';
import { RedisConnection, RedisModule } from '#redis';
import { ChangeBus } from './bus/change-bus.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { RedisBus } from './bus/redis-bus.js';
import { CacheReport } from './cache-report.js';
import { CoherentCache } from './coherent-cache.js';
import { Copies } from './copies/copies.js';
import { NoCopies } from './copies/no-copies.js';

/** The coherent cache, over Redis when `REDIS_URL` is set, else for this process alone. */
@Module({
  imports: [RedisModule],
  providers: [
    CacheReport,
    CoherentCache,
    { provide: Copies, useClass: NoCopies },
    {
      provide: ChangeBus,
      inject: [RedisConnection],
      useFactory: (redis: RedisConnection | null) =>
        redis === null ? new InProcessBus() : new RedisBus(redis),
    },
  ],
  exports: [CoherentCache],
})
export class CacheModule {}
