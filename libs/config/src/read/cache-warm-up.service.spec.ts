import { Logger } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { CacheWarmUpService } from './cache-warm-up.service.js';

const logged: unknown[] = [];
Logger.overrideLogger({
  log: (message: unknown) => logged.push(message),
  warn: () => undefined,
  error: () => undefined,
});

describe('CacheWarmUpService', () => {
  it('delays the start until everything is loaded, and logs at level info how many configurations that are', async () => {
    const [activity, stored] = [Promise.withResolvers<string[]>(), Promise.withResolvers<void>()];
    const steps = [
      { runAtStartup: (work: () => Promise<void>) => work() },
      { listRecentlyActive: () => activity.promise },
      { preload: () => stored.promise },
      { preload: () => Promise.resolve() },
      { current: () => Promise.resolve() },
    ] as const;
    let hasStarted = false;
    const starting = new CacheWarmUpService(
      ...(steps as never as ConstructorParameters<typeof CacheWarmUpService>),
    )
      .onApplicationBootstrap()
      .then(() => (hasStarted = true));
    await setImmediate();
    expect(hasStarted).toBe(false);
    activity.resolve(['acme']);
    await setImmediate();
    expect(hasStarted).toBe(false);
    stored.resolve();
    await starting;
    expect(logged).toEqual(['1 configurations were loaded into the cache at start-up.']);
  });

  it('lets the replica start when the configuration of the most recent tenant cannot be read', async () => {
    const steps = [
      { runAtStartup: (work: () => Promise<void>) => work() },
      { listRecentlyActive: () => Promise.resolve(['broken']) },
      { preload: () => Promise.resolve() },
      { preload: () => Promise.resolve() },
      { current: () => Promise.reject(new Error('its configuration is broken')) },
    ] as const;
    const service = new CacheWarmUpService(
      ...(steps as never as ConstructorParameters<typeof CacheWarmUpService>),
    );
    await expect(service.onApplicationBootstrap()).resolves.toBeUndefined();
  });
});
