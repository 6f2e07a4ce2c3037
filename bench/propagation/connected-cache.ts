import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CacheModule, CoherentCache } from '#cache';
import { redisConfig } from '#redis';

export interface ConnectedCache {
  readonly cache: CoherentCache;
  close(): Promise<void>;
}

@Module({})
class RedisConfigModule {}

@Module({})
class RootModule {}

/** Starts the coherent cache over this Redis as a replica does, without the rest of the product. */
export async function connectCache(redisUrl: string): Promise<ConnectedCache> {
  const redisConfigModule: DynamicModule = {
    module: RedisConfigModule,
    global: true,
    providers: [{ provide: redisConfig.KEY, useValue: { redisUrl } }],
    exports: [redisConfig.KEY],
  };
  const root = { module: RootModule, imports: [redisConfigModule, CacheModule] };
  const application = await NestFactory.createApplicationContext(root, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  return { cache: application.get(CoherentCache), close: () => application.close() };
}
