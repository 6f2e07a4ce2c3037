import { HealthChecks, Metrics } from '#telemetry';
import { InMemoryCopies } from '../testing/in-memory-copies.js';
import { unavailable } from '../testing/stepwise-store.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { CacheReport } from './cache-report.js';
import { CoherentCache } from './coherent-cache.js';

/** A cache without an entry, over a store that is away, of whose only thing there is a copy. */
async function aReport() {
  const [bus, copies] = [new InProcessBus(), new InMemoryCopies()];
  const [metrics, checks] = [new Metrics(), new HealthChecks()];
  const cache = new CoherentCache(bus, copies);
  const report = new CacheReport(cache, bus, copies, metrics, checks);
  await copies.keep('plan', [{ key: 'pro', version: 1, value: { name: 'Pro' } }]);
  const part = cache.part('plan', () => Promise.reject(unavailable()));
  cache.storeIs(false);
  return { report, cache, part, checks, text: () => metrics.text() };
}

describe('CacheReport', () => {
  it('counts what became of copies, and which entries are copies, until the store is back', async () => {
    const { cache, part, text } = await aReport();
    await part.get('pro');
    await part.get('none').catch(() => undefined);
    const told = await text();
    expect(told).toContain('cache_copies_total{event="kept"} 1');
    expect(told).toContain('cache_copies_total{event="found"} 1');
    expect(told).toContain('cache_copies_total{event="missing"} 1');
    expect(told).toContain('cache_stand_ins{kind="plan"} 1');
    expect(told).toContain('cache_live 0');
    cache.storeIs(true);
    expect(await text()).toContain('cache_stand_ins{kind="plan"} 0');
  });

  it('says at readiness that the store is away, and that it is back', async () => {
    const { cache, checks } = await aReport();
    expect(await checks.results()).toMatchObject({ cache: { status: 'degraded' } });
    cache.storeIs(true);
    expect(await checks.results()).toEqual({ cache: { status: 'ok', detail: null } });
  });
});
