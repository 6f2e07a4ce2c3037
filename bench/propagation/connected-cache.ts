import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CacheModule, CoherentCache } from '#cache';
import { Environment } from '#kernel';

export interface ConnectedCache {
  readonly cache: CoherentCache;
  close(): Promise<void>;
}

@Module({})
class EnvironmentModule {}

@Module({})
class RootModule {}

/** Starts the coherent cache over this Redis as a replica does, without the rest of the product. */
export async function connectCache(redisUrl: string): Promise<ConnectedCache> {
  const environmentModule: DynamicModule = {
    module: EnvironmentModule,
    global: true,
    providers: [{ provide: Environment, useValue: { redisUrl } }],
    exports: [Environment],
  };
  const root = { module: RootModule, imports: [environmentModule, CacheModule] };
  const application = await NestFactory.createApplicationContext(root, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  return { cache: application.get(CoherentCache), close: () => application.close() };
}
