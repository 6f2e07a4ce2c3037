import { Client } from 'pg';
import {
  type ApiResponse,
  type ApiClient,
  createTestDatabase,
  FaultProxy,
  type TestDatabase,
  waitFor,
} from '#testing';
import { createTenant, startTenancyApp, type TenancyApp } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

interface IssuedKeyBody {
  readonly id: string;
  readonly key: string;
}

const keyRequest = { name: 'web shop', role: 'member' };

describe('Idempotency-Key', () => {
  const app = useTenancyApp();
  let acme: ApiClient;
  let other: ApiClient;

  beforeAll(async () => {
    acme = (await createTenant(app, 'acme')).admin;
    other = (await createTenant(app, 'other')).admin;
  });

  function issue(
    api: ApiClient,
    key: string,
    body: object = keyRequest,
  ): Promise<ApiResponse<IssuedKeyBody>> {
    return api.post<IssuedKeyBody>('/v1/api-keys', body, { 'idempotency-key': key });
  }

  it('a repetition gets the first response again and creates nothing', async () => {
    const first = await issue(acme, 'again');
    const second = await issue(acme, 'again', { role: 'member', name: 'web shop' });
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    const { body } = await acme.get<{ items: { id: string }[] }>('/v1/api-keys');
    expect(body.items.filter(({ id }) => id === first.body.id)).toHaveLength(1);
  });

  it('the same key with another body or another route answers 409', async () => {
    await issue(acme, 'changed');
    expect((await issue(acme, 'changed', { ...keyRequest, name: 'else' })).status).toBe(409);
    await app.platform.post('/v1/platform/tenants/acme/api-keys', keyRequest, { 'idempotency-key': 'route' });
    const path = '/v1/platform/tenants/other/api-keys';
    expect((await app.platform.post(path, keyRequest, { 'idempotency-key': 'route' })).status).toBe(409);
  });

  it.each([
    ['X-API-Key', (key: string) => ({ 'x-api-key': key })],
    ['X-API-Key and Authorization', (key: string) => ({ 'x-api-key': key, authorization: `bearer  ${key}` })],
    ['Authorization in lower case', (key: string) => ({ authorization: `bearer ${key}` })],
  ])('a repetition with the same API key in %s gets the first response again', async (name, credential) => {
    const { tenant } = await createTenant(app, `repeats-${name.toLowerCase().replaceAll(' ', '-')}`);
    const adminKey = tenant.admin_key.key;
    const anonymous = app.platform.as(null);
    const send = (headers: Record<string, string>) =>
      anonymous.post<IssuedKeyBody>('/v1/api-keys', keyRequest, { 'idempotency-key': 'again', ...headers });
    const first = await send(credential(adminKey));
    const second = await send({ authorization: `Bearer ${adminKey}` });
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(await send(credential(adminKey))).toMatchObject({ status: 201, body: first.body });
  });

  it('the same Idempotency-Key of two tenants means two requests', async () => {
    const [mine, theirs] = [await issue(acme, 'shared'), await issue(other, 'shared')];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('only one of many concurrent requests with one key takes effect', async () => {
    const racing = await Promise.all(Array.from({ length: 8 }, () => issue(acme, 'at-once')));
    const issued = new Set(racing.filter(({ status }) => status === 201).map(({ body }) => body.id));
    expect(issued.size).toBe(1);
    expect(racing.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  it('a key can be used again after a refused request', async () => {
    const path = '/v1/platform/tenants';
    const headers = { 'idempotency-key': 'failure' };
    const tenant = { tenant_id: 'retried', name: 'Retried', plan: 'platinum' };
    expect((await app.platform.post(path, tenant, headers)).status).toBe(400);
    expect((await app.platform.post(path, { ...tenant, plan: 'pro' }, headers)).status).toBe(201);
    expect((await app.platform.post(path, { ...tenant, plan: 'pro' }, headers)).status).toBe(201);
  });

  it('the table stores neither the Idempotency-Key nor a secret of the response', async () => {
    const { body } = await issue(acme, 'do-not-store-me');
    const secret = body.key.split('_')[2]!;
    const rows = await app.queryAsSuperuser<{ text: string; raw: string }>(
      "SELECT k::text AS text, encode(sealed_answer, 'escape') AS raw FROM idempotency_keys k",
    );
    const storedText = rows.map(({ text, raw }) => `${text} ${raw}`).join('\n');
    expect(storedText).not.toContain(secret);
    expect(storedText).not.toContain('do-not-store-me');
  });

  it('an expired Idempotency-Key is deleted and can be used again', async () => {
    const first = await issue(acme, 'old');
    await app.queryAsSuperuser("UPDATE idempotency_keys SET expires_at = now() - interval '2 hours'");
    const second = await issue(acme, 'old');
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(
      await app.queryAsSuperuser(
        "SELECT FROM idempotency_keys WHERE expires_at < now() AND tenant_id = 'acme'",
      ),
    ).toEqual([]);
  });

  it.each(['with space', 'x'.repeat(256)])('the Idempotency-Key %j answers 400', async (key) => {
    expect((await issue(acme, key)).status).toBe(400);
  });

  it('the deletion of a tenant deletes its Idempotency-Keys', async () => {
    const { admin } = await createTenant(app, 'leaving');
    await issue(admin, 'leaving');
    await app.platform.del('/v1/platform/tenants/leaving');
    expect(await app.queryAsSuperuser("SELECT FROM idempotency_keys WHERE tenant_id = 'leaving'")).toEqual(
      [],
    );
  });
});

describe('Idempotency-Key of a request whose response was lost', () => {
  let database: TestDatabase;
  let link: FaultProxy;
  let app: TenancyApp;
  let acme: ApiClient;
  let superuser: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    link = await FaultProxy.forTarget(database.url);
    app = await startTenancyApp({ url: link.url });
    acme = (await createTenant(app, 'acme')).admin;
    superuser = new Client({ connectionString: database.superuserUrl });
    await superuser.connect();
    await superuser.query(`
      CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END$$;
      CREATE CONSTRAINT TRIGGER held AFTER INSERT ON api_keys DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold();
      CREATE FUNCTION hold_early() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN PERFORM pg_advisory_xact_lock(4712); RETURN new; END$$;
      CREATE TRIGGER held_early BEFORE INSERT ON api_keys FOR EACH ROW
        WHEN (new.name = 'overtaken') EXECUTE FUNCTION hold_early();
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no answer is kept'; END$$;
      CREATE TRIGGER refused BEFORE UPDATE ON idempotency_keys FOR EACH ROW
        WHEN (new.sealed_answer IS NOT NULL AND old.tenant_id = 'forgetful') EXECUTE FUNCTION refuse()`);
  });

  afterAll(async () => {
    await superuser.end();
    await app.close();
    await link.close();
    await database.drop();
  });

  const unknown = { status: 503, body: { detail: expect.stringContaining('may or may not have been made') } };
  const lost = { status: 409, body: { detail: expect.stringContaining('may have taken effect') } };

  function issue(api: ApiClient, key: string, path = '/v1/api-keys'): Promise<ApiResponse<IssuedKeyBody>> {
    return api.post<IssuedKeyBody>(path, { ...keyRequest, name: key }, { 'idempotency-key': key });
  }

  async function countKeys(name: string): Promise<number> {
    const sql = 'SELECT FROM api_keys WHERE name = $1';
    return (await superuser.query(sql, [name])).rows.length;
  }

  /** Holds up the COMMIT of the request, and then does something to it. Resolves to the answer. */
  async function atCommit(
    key: string,
    path: string | undefined,
    fault: (pid: number) => unknown,
  ): Promise<ApiResponse<IssuedKeyBody>> {
    await superuser.query('SELECT pg_advisory_lock(4711)');
    const answer = issue(path === undefined ? acme : app.platform, key, path);
    const sql = `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
      AND query = 'COMMIT' AND wait_event_type = 'Lock'`;
    const { pid } = await waitFor(async () => (await superuser.query<{ pid: number }>(sql)).rows[0]);
    await fault(pid);
    await superuser.query('SELECT pg_advisory_unlock(4711)');
    return answer;
  }

  describe.each([
    ['a tenant admin', undefined],
    ['a platform admin', '/v1/platform/tenants/acme/api-keys'],
  ])('request of %s', (actor, path) => {
    const again = (key: string) => issue(path === undefined ? acme : app.platform, key, path);

    it('a repetition answers 409 and creates nothing when the link broke during the commit', async () => {
      const key = `${actor.replaceAll(' ', '-')}-cut`;
      expect(await atCommit(key, path, () => link.resetConnections())).toMatchObject(unknown);
      expect(await waitFor(() => countKeys(key))).toBe(1);
      expect(await again(key)).toMatchObject(lost);
      expect(await countKeys(key)).toBe(1);
    });

    it('a repetition takes effect when the server rolled the first change back', async () => {
      const key = `${actor.replaceAll(' ', '-')}-rolled-back`;
      const end = (pid: number) => superuser.query('SELECT pg_terminate_backend($1)', [pid]);
      expect(await atCommit(key, path, end)).toMatchObject(unknown);
      expect(await countKeys(key)).toBe(0);
      expect((await again(key)).status).toBe(201);
      expect(await countKeys(key)).toBe(1);
    });
  });

  it('a slow request that a repetition took over changes nothing', async () => {
    const waiting = async (requests: number) => {
      const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`;
      return (await superuser.query(sql)).rows.length === requests;
    };
    await superuser.query('SELECT pg_advisory_lock(4712)');
    const first = issue(acme, 'overtaken');
    await waitFor(() => waiting(1));
    await superuser.query('UPDATE idempotency_keys SET expires_at = now() WHERE sealed_answer IS NULL');
    const second = issue(acme, 'overtaken');
    await waitFor(() => waiting(2));
    await superuser.query('SELECT pg_advisory_unlock(4712)');
    const detail = expect.stringContaining('lost its Idempotency-Key') as string;
    expect(await first).toMatchObject({ status: 409, body: { detail } });
    expect((await second).status).toBe(201);
    expect(await countKeys('overtaken')).toBe(1);
    expect(await issue(acme, 'overtaken')).toMatchObject({ status: 201, body: (await second).body });
  });

  it('a request whose response was not stored, as when its process died, takes effect once within 24 hours', async () => {
    const { admin } = await createTenant(app, 'forgetful');
    expect((await issue(admin, 'not-kept')).status).toBe(201);
    expect(await issue(admin, 'not-kept')).toMatchObject(lost);
    const later = `UPDATE idempotency_keys SET created_at = created_at - $1::interval, expires_at = expires_at - $1::interval
      WHERE tenant_id = 'forgetful'`;
    await superuser.query(later, ['23 hours']);
    expect(await issue(admin, 'not-kept')).toMatchObject(lost);
    expect(await countKeys('not-kept')).toBe(1);
    await superuser.query(later, ['1 hour']);
    expect((await issue(admin, 'not-kept')).status).toBe(201);
    await superuser.query(later, ['23 hours']);
    expect(await issue(admin, 'not-kept')).toMatchObject(lost);
    expect(await countKeys('not-kept')).toBe(2);
  });
});
