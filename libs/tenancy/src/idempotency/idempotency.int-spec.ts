import { Client } from 'pg';
import { type ApiAnswer, type ApiClient, createTestDatabase, type TestDatabase } from '#testing';
import { makeTenant, startTenancyApp, type TenancyApp } from '../../testing/tenancy-app.js';

interface Issued {
  readonly id: string;
  readonly key: string;
}

const order = { name: 'web shop', role: 'member' };

describe('an Idempotency-Key', () => {
  let database: TestDatabase;
  let app: TenancyApp;
  let acme: ApiClient;
  let other: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startTenancyApp(database);
    acme = (await makeTenant(app, 'acme')).admin;
    other = (await makeTenant(app, 'other')).admin;
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  async function looked<T>(sql: string): Promise<T[]> {
    const client = new Client({ connectionString: database.superuserUrl });
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows as T[];
  }

  function issue(api: ApiClient, key: string, body: object = order): Promise<ApiAnswer<Issued>> {
    return api.post<Issued>('/v1/api-keys', body, { 'idempotency-key': key });
  }

  it('gives the first answer again and makes nothing twice', async () => {
    const first = await issue(acme, 'again');
    const second = await issue(acme, 'again', { role: 'member', name: 'web shop' });
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    const { body } = await acme.get<{ items: { id: string }[] }>('/v1/api-keys');
    expect(body.items.filter(({ id }) => id === first.body.id)).toHaveLength(1);
  });

  it('is a conflict for another body or another route', async () => {
    await issue(acme, 'changed');
    expect((await issue(acme, 'changed', { ...order, name: 'else' })).status).toBe(409);
    await app.platform.post('/v1/platform/tenants/acme/api-keys', order, { 'idempotency-key': 'route' });
    const path = '/v1/platform/tenants/other/api-keys';
    expect((await app.platform.post(path, order, { 'idempotency-key': 'route' })).status).toBe(409);
  });

  it("belongs to its asker: another tenant's same key is another key", async () => {
    const [mine, theirs] = [await issue(acme, 'shared'), await issue(other, 'shared')];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('lets one of many through at the same time', async () => {
    const racing = await Promise.all(Array.from({ length: 8 }, () => issue(acme, 'at-once')));
    const made = new Set(racing.filter(({ status }) => status === 201).map(({ body }) => body.id));
    expect(made.size).toBe(1);
    expect(racing.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  it('is free again after a failure', async () => {
    const path = '/v1/platform/tenants';
    const headers = { 'idempotency-key': 'failure' };
    const tenant = { tenant_id: 'retried', name: 'Retried', plan: 'platinum' };
    expect((await app.platform.post(path, tenant, headers)).status).toBe(400);
    expect((await app.platform.post(path, { ...tenant, plan: 'pro' }, headers)).status).toBe(201);
    expect((await app.platform.post(path, { ...tenant, plan: 'pro' }, headers)).status).toBe(201);
  });

  it('stores neither itself nor a secret of the answer', async () => {
    const { body } = await issue(acme, 'do-not-store-me');
    const secret = body.key.split('_')[2]!;
    const rows = await looked<{ text: string; raw: string }>(
      "SELECT k::text AS text, encode(sealed_answer, 'escape') AS raw FROM idempotency_keys k",
    );
    const shown = rows.map(({ text, raw }) => `${text} ${raw}`).join('\n');
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain('do-not-store-me');
  });

  it('is forgotten when its time is over', async () => {
    const first = await issue(acme, 'old');
    await looked("UPDATE idempotency_keys SET expires_at = now() - interval '1 second'");
    const second = await issue(acme, 'old');
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(
      await looked("SELECT FROM idempotency_keys WHERE expires_at < now() AND tenant_id = 'acme'"),
    ).toEqual([]);
  });

  it.each(['with space', 'x'.repeat(256)])('must be visible ASCII of bounded length, not %j', async (key) => {
    expect((await issue(acme, key)).status).toBe(400);
  });

  it('goes with its tenant', async () => {
    const { admin } = await makeTenant(app, 'leaving');
    await issue(admin, 'leaving');
    await app.platform.del('/v1/platform/tenants/leaving');
    expect(await looked("SELECT FROM idempotency_keys WHERE tenant_id = 'leaving'")).toEqual([]);
  });
});
