import { CoherentCache } from './coherent-cache.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { loadEach } from './region/load-queue.js';
import type { Versioned } from './region/entry-table.js';

/** Two replicas in one process over the same store. */
async function twoReplicas() {
  const rows = new Map<string, Versioned<string>>();
  const bus = new InProcessBus();
  const [here, there] = [bus, bus.join()].map((member) => new CoherentCache(member));
  const load = loadEach(async (key) => rows.get(key) ?? null);
  const regions = [here!.region<string>('plan', load), there!.region<string>('plan', load)] as const;
  await Promise.all([here!.onModuleInit(), there!.onModuleInit()]);
  return { rows, here: here!, there: there!, regions };
}

describe('CoherentCache', () => {
  it('shows a change made on one replica on the other replica', async () => {
    const { rows, here, regions } = await twoReplicas();
    rows.set('pro', { version: 1, value: 'one' });
    await Promise.all(regions.map((region) => region.get('pro')));
    rows.set('pro', { version: 2, value: 'two' });
    await here.publishCommitted([{ kind: 'plan', key: 'pro', version: 2 }]);
    for (const region of regions) expect(await region.get('pro')).toEqual({ version: 2, value: 'two' });
  });

  it('invalidates the old value before it publishes the change', async () => {
    const { rows, here, regions } = await twoReplicas();
    rows.set('pro', { version: 1, value: 'one' });
    await regions[0].get('pro');
    const published = here.publishCommitted([{ kind: 'plan', key: 'pro', version: 2 }]);
    expect(regions[0].peek('pro')).toBeUndefined();
    await published;
  });

  it('keeps regions of different kinds apart', async () => {
    const { rows, here, regions } = await twoReplicas();
    rows.set('pro', { version: 1, value: 'one' });
    await regions[0].get('pro');
    await here.publishCommitted([
      { kind: 'tenant', key: 'pro', version: 2 },
      { kind: 'plan', key: 'basic', version: 2 },
    ]);
    expect(regions[0].peek('pro')).toEqual({ version: 1, value: 'one' });
  });

  it('rejects a second region of the same kind', async () => {
    const { here } = await twoReplicas();
    expect(() => here.region('plan', async () => new Map())).toThrow('already has a region for plan');
  });

  it('receives no changes after it was shut down', async () => {
    const { rows, here, there, regions } = await twoReplicas();
    rows.set('pro', { version: 1, value: 'one' });
    await regions[1].get('pro');
    await there.onApplicationShutdown();
    await here.publishCommitted([{ kind: 'plan', key: 'pro', version: 2 }]);
    expect(regions[1].peek('pro')).toEqual({ version: 1, value: 'one' });
  });
});
