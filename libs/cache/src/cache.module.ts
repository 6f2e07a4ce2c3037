import { Module } from '@nestjs/common';
import { RedisConnection, RedisModule } from '#redis';
import { ChangeBus } from './bus/change-bus.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { RedisBus } from './bus/redis-bus.js';
import { CacheTelemetry } from './cache-telemetry.js';
import { CoherentCache } from './coherent-cache.js';
import { LastKnownGoodStore, NoLastKnownGoodStore } from './last-known-good/last-known-good-store.js';
import { RedisLastKnownGoodStore } from './last-known-good/redis-last-known-good-store.js';

/** Provides `CoherentCache` and `LastKnownGoodStore`, over Redis when `REDIS_URL` is set, else for this process alone. */
@Module({
  imports: [RedisModule],
  providers: [
    CacheTelemetry,
    CoherentCache,
    {
      provide: ChangeBus,
      inject: [RedisConnection],
      useFactory: (redis: RedisConnection | null) =>
        redis === null ? new InProcessBus() : new RedisBus(redis),
    },
    {
      provide: LastKnownGoodStore,
      inject: [RedisConnection, ChangeBus],
      useFactory: (redis: RedisConnection | null, bus: ChangeBus) =>
        redis === null ? new NoLastKnownGoodStore() : new RedisLastKnownGoodStore(redis, bus),
    },
  ],
  exports: [CoherentCache, LastKnownGoodStore],
})
export class CacheModule {}
