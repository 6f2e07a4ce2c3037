import { HealthChecks, Metrics } from '#telemetry';
import { RecordingBusListener } from '../testing/change-bus.contract.js';
import { InMemoryLastKnownGoodStore } from '../testing/in-memory-last-known-good-store.js';
import { ManualPubSub } from '../testing/manual-pub-sub.js';
import { storeUnavailableError } from '../testing/stepwise-store.js';
import type { ChangeBus } from './bus/change-bus.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { RedisBus } from './bus/redis-bus.js';
import { CacheTelemetry } from './cache-telemetry.js';
import { CoherentCache } from './coherent-cache.js';

/** An empty cache over a store that is down, with one last-known-good copy. */
async function aCacheTelemetry(bus: ChangeBus = new InProcessBus()) {
  const lastKnownGood = new InMemoryLastKnownGoodStore();
  const [metrics, checks] = [new Metrics(), new HealthChecks()];
  const cache = new CoherentCache(bus, lastKnownGood);
  const telemetry = new CacheTelemetry(cache, bus, lastKnownGood, metrics, checks);
  await lastKnownGood.save('plan', [{ key: 'pro', version: 1, value: { name: 'Pro' } }]);
  const region = cache.region('plan', () => Promise.reject(storeUnavailableError()));
  cache.setStoreAvailable(false);
  return { telemetry, cache, region, checks, text: () => metrics.toPrometheusText() };
}

describe('CacheTelemetry', () => {
  it('counts copies and the entries that are copies, until the store is back', async () => {
    const { cache, region, text } = await aCacheTelemetry();
    await region.get('pro');
    await region.get('none').catch(() => undefined);
    const output = await text();
    expect(output).toContain('cache_copies_total{event="kept"} 1');
    expect(output).toContain('cache_copies_total{event="found"} 1');
    expect(output).toContain('cache_copies_total{event="missing"} 1');
    expect(output).toContain('cache_stand_ins{kind="plan"} 1');
    expect(output).toContain('cache_live 0');
    cache.setStoreAvailable(true);
    expect(await text()).toContain('cache_stand_ins{kind="plan"} 0');
  });

  it('degrades readiness while the store is down', async () => {
    const { cache, checks } = await aCacheTelemetry();
    expect(await checks.runAll()).toMatchObject({ cache: { status: 'degraded' } });
    cache.setStoreAvailable(true);
    expect(await checks.runAll()).toEqual({ cache: { status: 'ok', detail: null } });
  });

  it('has a check of Redis only where a Redis is configured', async () => {
    const redis = new ManualPubSub();
    const bus = new RedisBus(redis);
    const { checks } = await aCacheTelemetry(bus);
    void bus.subscribe(new RecordingBusListener());
    expect(await checks.runAll()).toMatchObject({ redis: { status: 'degraded' } });
    redis.confirmSubscription();
    redis.deliverBeat();
    expect(await checks.runAll()).toMatchObject({ redis: { status: 'ok', detail: null } });
    await bus.close();
  });
});
