import { Database } from '#database';
import { CoherentCache, CachePart } from '#cache';
import { TenantReader } from '#tenancy';
import { stores } from '../testing/stores.js';
import { anAuthor, startConfigServices } from '../testing/config-services.js';
it('x', async () => {
  const oc = Database.prototype.onCommit; Database.prototype.onCommit = function (l) { console.log('onCommit', String(l)); oc.call(this, l); }; const store = await stores[0]![1](); const s = await startConfigServices(store.database);
  const o = CoherentCache.prototype.committed; CoherentCache.prototype.committed = function (c) { console.log('committed', c, [...(this as any).parts.keys()]); return o.call(this, c); }; const a = CachePart.prototype.apply; CachePart.prototype.apply = function (k, v) { console.log('apply', (this as any).kind, k, v, (this as any).slots.get(k)?.version); a.call(this, k, v); console.log((this as any).slots.get(k)); };
  await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ('a', 'T', 'pro')`);
  await s.patch(anAuthor('a'), { temperature: 0 });
  await store.database.asPlatform('a', () => store.database.query(`UPDATE tenants SET plan = 'basic' WHERE tenant_id = 'a'`));
  console.log('then', (await s.reader.current('a')).parts.plan.id);
  await s.close(); await store.close();
});
