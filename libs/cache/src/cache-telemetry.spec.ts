import { HealthChecks, Metrics } from '#telemetry';
import { InMemoryLastKnownGoodStore } from '../testing/in-memory-last-known-good-store.js';
import { storeUnavailableError } from '../testing/stepwise-store.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { CacheTelemetry } from './cache-telemetry.js';
import { CoherentCache } from './coherent-cache.js';

/** A cache without an entry, over a store that is away, of whose only thing there is a copy. */
async function aCacheTelemetry() {
  const [bus, lastKnownGood] = [new InProcessBus(), new InMemoryLastKnownGoodStore()];
  const [metrics, checks] = [new Metrics(), new HealthChecks()];
  const cache = new CoherentCache(bus, lastKnownGood);
  const telemetry = new CacheTelemetry(cache, bus, lastKnownGood, metrics, checks);
  await lastKnownGood.save('plan', [{ key: 'pro', version: 1, value: { name: 'Pro' } }]);
  const region = cache.region('plan', () => Promise.reject(storeUnavailableError()));
  cache.setStoreAvailable(false);
  return { report: telemetry, cache, region, checks, text: () => metrics.toPrometheusText() };
}

describe('CacheReport', () => {
  it('counts what became of copies, and which entries are copies, until the store is back', async () => {
    const { cache, region, text } = await aCacheTelemetry();
    await region.get('pro');
    await region.get('none').catch(() => undefined);
    const told = await text();
    expect(told).toContain('cache_copies_total{event="kept"} 1');
    expect(told).toContain('cache_copies_total{event="found"} 1');
    expect(told).toContain('cache_copies_total{event="missing"} 1');
    expect(told).toContain('cache_stand_ins{kind="plan"} 1');
    expect(told).toContain('cache_live 0');
    cache.setStoreAvailable(true);
    expect(await text()).toContain('cache_stand_ins{kind="plan"} 0');
  });

  it('says at readiness that the store is away, and that it is back', async () => {
    const { cache, checks } = await aCacheTelemetry();
    expect(await checks.runAll()).toMatchObject({ cache: { status: 'degraded' } });
    cache.setStoreAvailable(true);
    expect(await checks.runAll()).toEqual({ cache: { status: 'ok', detail: null } });
  });
});
