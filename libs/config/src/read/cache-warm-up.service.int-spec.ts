import { CoherentCache } from '#cache';
import { type ConfigServices, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';

describe.each(testStores)('CacheWarmUpService on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;

  beforeAll(async () => {
    store = await open();
    await store.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan)
       SELECT kind || at, kind, 'pro' FROM unnest(ARRAY['active-', 'idle-', 'silent-']) AS t (kind), generate_series(1, 20) AS g (at)`,
    );
    await store.asSuperuser(
      `INSERT INTO budget_months (tenant_id, month, last_query_at)
       SELECT tenant_id, date_trunc('month', at)::date, at FROM (
         SELECT tenant_id, now() - CASE name WHEN 'active-' THEN interval '6 days' ELSE interval '8 days' END AS at
         FROM tenants WHERE name <> 'silent-') t`,
    );
    services = await startConfigServices(store.database);
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  const counts = (kind: string) => {
    const parts = [...services.get(CoherentCache).state.regions];
    return parts.find((part) => part.kind === kind)!.counts;
  };

  it('caches the configurations of the tenants that were active within seven days, and no others', async () => {
    expect(counts('configuration')).toMatchObject({ entries: 20, loads: 0 });
    expect(counts('tenant')).toMatchObject({ entries: 20, loads: 0 });
    for (let at = 1; at <= 20; at += 1) await services.reader.current(`active-${at}`);
    expect(counts('configuration')).toMatchObject({ entries: 20, loads: 0, misses: 0 });
    await services.reader.current('idle-1');
    expect(counts('configuration')).toMatchObject({ loads: 1, misses: 1 });
  });
});
