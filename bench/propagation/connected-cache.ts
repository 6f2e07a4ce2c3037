import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CacheModule, CoherentCache } from '#cache';
import { Environment } from '#kernel';

export interface ConnectedCache {
  readonly cache: CoherentCache;
  close(): Promise<void>;
}

@Module({})
class CacheContextModule {}

@Module({})
class RootModule {}

/** The coherent cache as a replica has it, linked by this Redis, and nothing else of the product. */
export async function connectCache(redisUrl: string): Promise<ConnectedCache> {
  const contextModule: DynamicModule = {
    module: CacheContextModule,
    global: true,
    providers: [{ provide: Environment, useValue: { redisUrl } }],
    exports: [Environment],
  };
  const root = { module: RootModule, imports: [contextModule, CacheModule] };
  const application = await NestFactory.createApplicationContext(root, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  return { cache: application.get(CoherentCache), close: () => application.close() };
}
