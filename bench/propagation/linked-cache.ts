import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CacheModule, CoherentCache } from '#cache';
import { Environment } from '#kernel';

export interface LinkedCache {
  readonly cache: CoherentCache;
  close(): Promise<void>;
}

@Module({})
class Surroundings {}

@Module({})
class Root {}

/** The coherent cache as a replica has it, linked by this Redis, and nothing else of the product. */
export async function linkCache(redisUrl: string): Promise<LinkedCache> {
  const surroundings: DynamicModule = {
    module: Surroundings,
    global: true,
    providers: [{ provide: Environment, useValue: { redisUrl } }],
    exports: [Environment],
  };
  const root = { module: Root, imports: [surroundings, CacheModule] };
  const application = await NestFactory.createApplicationContext(root, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  return { cache: application.get(CoherentCache), close: () => application.close() };
}
