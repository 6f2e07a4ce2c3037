import { Fleet } from '#testing';

describe('x', () => {
  it('starts', async () => {
    const t = performance.now();
    const fleet = await Fleet.start();
    console.log('start', performance.now() - t);
    for (const m of fleet.members)
      console.log((await m.client().get('/health/ready')).body, m.postgres.size, m.redis.size);
    console.log((await fleet.api.get('/v1/platform/tenants')).body);
    const t2 = performance.now();
    await fleet.members[0].restart();
    console.log('restart', performance.now() - t2);
    const sql: string[] = [];
    fleet.members[0].postgres.watch(
      (b) =>
        void sql.push(
          b
            .toString()
            .replaceAll(/[\0-\x1f]+/g, ' ')
            .slice(0, 300),
        ),
    );
    await new Promise((r) => setTimeout(r, 3000));
    console.log(sql.length, sql);
    const c = await fleet.api.post<any>('/v1/platform/tenants', { tenant_id: 'a', name: 'a', plan: 'pro' });
    sql.length = 0;
    console.log(await fleet.members[0].client(c.body.admin_key.key).get('/v1/config'));
    console.log(sql);
    sql.length = 0;
    console.log((await fleet.members[0].client().get('/v1/platform/tenants/a/config')).status);
    console.log(sql);
    const t3 = performance.now();
    await fleet.close();
    console.log('close', performance.now() - t3);
  });
});
