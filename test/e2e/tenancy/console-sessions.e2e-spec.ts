/** Cookies of sessions over the whole product: no operation changes anything without the evidence that the console asks. */
import { type ApiClient, type ApiResponse, type ConsoleSession, EventStreamClient, signIn } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, useTestApp } from '../../app/test-app.js';

interface BodyExamples {
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly value: unknown }>;
}

interface Operation {
  readonly 'x-attune-role': string;
  readonly 'x-attune-recent-sign-in'?: boolean;
  readonly requestBody?: {
    readonly content: Record<string, BodyExamples>;
  };
}

const app = useTestApp();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await app.createTenant();
});

async function operationsOf(): Promise<[method: string, path: string, Operation][]> {
  const { body } = await app.platform.get<{ paths: Record<string, Record<string, Operation>> }>(
    '/openapi.json',
  );
  return Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, Operation] => [
      method.toUpperCase(),
      path.replace('{tenant_id}', tenant.id).replaceAll(/\{\w+\}/g, '9'.repeat(16)),
      operation,
    ]),
  );
}

/** The example of the body that is declared first. */
function bodyOf({ requestBody }: Operation): RequestInit {
  const [declared] = Object.entries(requestBody?.content ?? {});
  if (declared === undefined) return {};
  const [type, { example, examples = { first: { value: {} } } }] = declared;
  const value = example ?? Object.values(examples)[0]!.value;
  return {
    headers: { 'content-type': type },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  };
}

/** How many rows each table has, and the versions of the configurations. */
async function readState(): Promise<unknown> {
  const tables = await app.asSuperuser<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     AND relname NOT IN ('replicas') ORDER BY 1`,
  );
  const counts = tables.map(({ name }) => `(SELECT count(*) FROM ${name}) AS ${name}`);
  const versions =
    '(SELECT json_agg((tenant_id, version) ORDER BY 1) FROM tenant_configurations) AS versions';
  return app.asSuperuser(`SELECT ${[...counts, versions].join()}`);
}

describe('a request by the cookie of a session', () => {
  it.each([
    ['without anything', {}],
    [
      'from a page of another site, in a form',
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    ],
    ['with the console’s header alone', { 'attune-console': '1' }],
    ['from a page of the service, but not the console', { 'sec-fetch-site': 'same-origin' }],
  ])(
    'a request %s is 403 for every operation that could change something, and changes nothing',
    async (_how, headers) => {
      const keys = [tenant.adminKey, app.replica.platformKey];
      const sessions = await Promise.all(keys.map((key) => signIn(app.platform, { api_key: key })));
      const unsafe = (await operationsOf()).filter(
        ([method, , operation]) => method !== 'GET' && operation['x-attune-role'] !== 'public',
      );
      expect(unsafe.length).toBeGreaterThan(60);
      const before = await readState();
      for (const { cookie } of sessions)
        for (const [method, path, operation] of unsafe) {
          const client = app.platform.as(null).with({ cookie, ...headers });
          const { status, body } = await client.send(path, { method, ...bodyOf(operation) });
          const isExplained = /Sec-Fetch-Site|Attune-Console/.test(JSON.stringify(body));
          expect([method, path, status, isExplained]).toEqual([method, path, 403, true]);
        }
      expect(await readState()).toEqual(before);
    },
  );

  it('a request with the evidence of the console does what the key may do', async () => {
    const { client } = await signIn(app.platform, { api_key: tenant.adminKey });
    expect((await client.patch('/v1/config', { temperature: 0.4 })).status).toBe(200);
    const history = await client.get<{ items: { changed_by: string }[] }>('/v1/config/history?limit=1');
    expect(history.body.items).toMatchObject([{ changed_by: `key:${tenant.adminKeyId}` }]);
    const { body } = await client.get('/v1/session');
    expect(body).toMatchObject({ actor: `key:${tenant.adminKeyId}`, tenant_id: tenant.id, plan: 'pro' });
  });

  it('a later session of the same key gets the answer of the first request again for an Idempotency-Key, and the key itself does not', async () => {
    const send = ({ client }: ConsoleSession) =>
      client.post('/v1/api-keys', { name: 'once', role: 'member' }, { 'idempotency-key': 'of-the-console' });
    const first = await send(await signIn(app.platform, { api_key: tenant.adminKey }));
    const again = await send(await signIn(app.platform, { api_key: tenant.adminKey }));
    expect([again.status, again.body]).toEqual([201, first.body]);
    const headers = { 'idempotency-key': 'of-the-console' };
    const byKey = await tenant.admin.post('/v1/api-keys', { name: 'once', role: 'member' }, headers);
    expectProblem(byKey, 409, 'conflict');
  });

  it('a stream of events opens by cookie, and ends soon after the session', async () => {
    const { client, cookie } = await signIn(app.platform, { api_key: tenant.adminKey });
    const stream = await EventStreamClient.open(`${app.replica.url}/v1/config/stream`, { cookie });
    await stream.waitFor(({ event }) => event === 'put');
    await client.patch('/v1/config', { max_tokens: 777 });
    await stream.waitFor(({ event }) => event === 'patch');
    await client.del('/v1/session');
    await stream.ended;
  });
});

describe('a session that signed in more than 10 minutes ago', () => {
  /** The session of the key, as if it were older. Call it before the replica sees the session. */
  async function signInLongAgo(key: string): Promise<ConsoleSession> {
    const session = await signIn(app.platform, { api_key: key });
    const id = session.cookie.split('=')[1]!.split('.')[0];
    await app.asSuperuser(
      `UPDATE sessions SET created_at = created_at - interval '11 minutes' WHERE id = $1`,
      [id],
    );
    return session;
  }

  const path = () => `/v1/platform/tenants/${tenant.id}`;
  const forced = { force: true, reason: 'now' };
  const acts: [string, (client: ApiClient) => Promise<ApiResponse<unknown>>][] = [
    ['delete a tenant', (client) => client.del(path())],
    ['change with force', (client) => client.patch(`${path()}/config`, { temperature: 0.1, ...forced })],
    ['roll back with force', (client) => client.post(`${path()}/config/rollback`, { steps: 1, ...forced })],
    [
      'apply a file with force',
      (client) =>
        client.put(`${path()}/managed`, { settings: {}, source: 'a.yaml', base_version: 1, ...forced }),
    ],
    [
      'make a key of an admin',
      (client) => client.post(`${path()}/api-keys`, { name: 'a', role: 'tenant_admin' }),
    ],
    [
      'make a key of the platform',
      (client) => client.post('/v1/platform/api-keys', { name: 'a', role: 'platform_reader' }),
    ],
    ['make a backup', (client) => client.post('/v1/platform/backup')],
    [
      'revert a bulk update',
      (client) => client.post(`/v1/platform/bulk-updates/${'9'.repeat(16)}/revert`, { reason: 'back' }),
    ],
  ];

  it.each(acts)('the session has to sign in again to %s, and nothing happens before', async (what, act) => {
    const old = await signInLongAgo(app.replica.platformKey);
    const before = await readState();
    const answer = await act(old.client);
    expectProblem(answer, 403, 'forbidden');
    expect(answer.body).toMatchObject({
      reauthenticate: true,
      detail: expect.stringContaining('Sign in again'),
    });
    expect(await readState()).toEqual(before);
    const { client } = await signIn(
      app.platform,
      { api_key: app.replica.platformKey },
      { cookie: old.cookie },
    );
    if (!what.startsWith('delete')) expect((await act(client)).status).not.toBe(403);
    expectProblem(await old.client.get('/v1/session'), 401, 'unauthenticated');
  });

  it('the session does everything else', async () => {
    const { client } = await signInLongAgo(tenant.adminKey);
    expect((await client.post('/v1/api-keys', { name: 'm', role: 'member' })).status).toBe(201);
    expect((await client.patch('/v1/config', { temperature: 0.6 })).status).toBe(200);
    expectProblem(await client.post('/v1/api-keys', { name: 'a', role: 'tenant_admin' }), 403, 'forbidden');
  });

  it('the API document declares this for as many operations as are tried here', async () => {
    const declared = (await operationsOf()).filter(([, , operation]) => operation['x-attune-recent-sign-in']);
    expect(declared.map(([method, route]) => `${method} ${route}`).toSorted()).toEqual([
      `DELETE ${path()}`,
      'PATCH /v1/config',
      `PATCH ${path()}/config`,
      'POST /v1/api-keys',
      'POST /v1/config/rollback',
      'POST /v1/platform/api-keys',
      'POST /v1/platform/backup',
      `POST /v1/platform/bulk-updates/${'9'.repeat(16)}/revert`,
      `POST ${path()}/api-keys`,
      `POST ${path()}/config/rollback`,
      `PUT ${path()}/managed`,
    ]);
  });
});
