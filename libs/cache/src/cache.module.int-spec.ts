import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomHex } from '#kernel';
import { redisConfig } from '#redis';
import { testRedisUrl, waitFor } from '#testing';
import { CacheModule } from './cache.module.js';
import { CoherentCache } from './coherent-cache.js';
import { loadEach } from './region/load-queue.js';

@Module({})
class RedisConfigModule {}

@Module({})
class Root {}

const applications: INestApplicationContext[] = [];

/** An application with only the cache. */
async function start(redisUrl: string | null): Promise<CoherentCache> {
  const redisConfigModule: DynamicModule = {
    module: RedisConfigModule,
    global: true,
    providers: [{ provide: redisConfig.KEY, useValue: { redisUrl } }],
    exports: [redisConfig.KEY],
  };
  const root = { module: Root, imports: [redisConfigModule, CacheModule] };
  const application = await NestFactory.createApplicationContext(root, {
    logger: false,
    abortOnError: false,
  });
  applications.push(application);
  return application.get(CoherentCache);
}

afterEach(async () => {
  await Promise.all(applications.splice(0).map((application) => application.close()));
});

describe('CacheModule', () => {
  it('works within one process if REDIS_URL is not set', async () => {
    const cache = await start(null);
    const region = cache.region<string>(
      'plan',
      loadEach(async () => ({ version: 2, value: 'two' })),
    );
    region.put('pro', { version: 1, value: 'one' });
    await cache.publishCommitted([{ kind: 'plan', key: 'pro', version: 2 }]);
    expect(await region.get('pro')).toEqual({ version: 2, value: 'two' });
  });

  it('carries a change to another application if REDIS_URL is set', async () => {
    const [here, there] = [await start(testRedisUrl()), await start(testRedisUrl())];
    const key = randomHex(8);
    const region = there.region<string>('plan', async () => new Map());
    region.put(key, { version: 1, value: 'one' });
    await here.publishCommitted([{ kind: 'plan', key, version: 2 }]);
    await waitFor(() => region.peek(key)?.value !== 'one');
  });

  it('does not start with a REDIS_URL in another format', async () => {
    await expect(start('redis+sentinel://here')).rejects.toThrow('REDIS_URL must have the form');
  });
});
