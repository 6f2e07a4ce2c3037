import { stores } from '../testing/stores.js';
import { anAuthor, startConfigServices } from '../testing/config-services.js';
it('x', async () => {
  const store = await stores[0]![1](); const s = await startConfigServices(store.database);
  store.database.onCommit((c) => console.log(c));
  await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ('a', 'T', 'pro')`);
  await s.patch(anAuthor('a'), { temperature: 0 });
  await store.database.asPlatform('a', () => store.database.query(`UPDATE tenants SET plan = 'basic' WHERE tenant_id = 'a'`));
  console.log(await store.asSuperuser('select * from change_feed'), await store.asSuperuser('select * from tenants'), (await s.reader.current('a')).parts.plan.id);
  await s.close(); await store.close();
});
