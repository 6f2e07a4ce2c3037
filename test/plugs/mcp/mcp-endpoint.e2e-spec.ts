import { type ApiResponse, type ApiClient, type Replica, startReplica } from '#testing';
import { SignJWT } from 'jose';
import { type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';
import { clients } from './mcp-clients.js';

const secret = 'a shared secret of more than thirty-two characters';
const issuer = 'https://login.example';
const publicUrl = 'https://attune.example';
const audience = `${publicUrl}/mcp`;
const platformKey = `atn_${'a'.repeat(16)}_${'b'.repeat(48)}`;
const env = {
  JWT_SECRET: secret,
  JWT_ISSUER: issuer,
  JWT_AUDIENCE: audience,
  PUBLIC_URL: publicUrl,
  CORS_ORIGINS: 'https://app.example',
  ATTUNE_PLATFORM_API_KEY: platformKey,
};

interface JsonRpcAnswer {
  readonly id: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Record<string, unknown>;
  };
}

const app = useTestApp('tenant', env);
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await createTenant(app.platform, 'acme');
});

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

function send(client: ApiClient, body: string, headers = {}): Promise<ApiResponse<JsonRpcAnswer>> {
  const always = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  return client.send('/mcp', { method: 'POST', headers: { ...always, ...headers }, body });
}

/** A message of revision 2026-07-28, with the headers that it needs. */
function call(client: ApiClient, method: string, params: object = {}, headers = {}) {
  const name = 'name' in params ? { 'mcp-name': String(params.name) } : {};
  const standard = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...name };
  const message = { jsonrpc: '2.0', id: 7, method, params: { ...params, _meta: envelope } };
  return send(client, JSON.stringify(message), { ...standard, ...headers });
}

describe('POST /mcp', () => {
  it.each<[string, string, number, number]>([
    ['a body that is not JSON', '{"jsonrpc": ', 400, -32_700],
    ['an empty body', '', 400, -32_700],
    ['a list of messages', '[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]', 400, -32_600],
    ['a number', '7', 400, -32_600],
    ['null', 'null', 400, -32_600],
    ['an object that is no message', '{"id":1}', 400, -32_600],
    ['a body of two megabytes', JSON.stringify({ a: 'x'.repeat(2_000_000) }), 413, -32_600],
    ['a body that is nested too deeply', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 400, -32_600],
    ['a member named __proto__', '{"jsonrpc":"2.0","id":1,"params":{"__proto__":1}}', 400, -32_600],
  ])('answers %s as an error of JSON-RPC', async (_what, body, status, code) => {
    const answer = await send(tenant.member, body);
    expect([answer.status, answer.body.error?.code, answer.body.id]).toEqual([status, code, null]);
  });

  it('answers a body that is declared as XML as an error of JSON-RPC', async () => {
    const answer = await send(tenant.member, '<a/>', { 'content-type': 'application/xml' });
    expect([answer.status, answer.body.error?.code]).toEqual([415, -32_600]);
  });

  it.each<[string, { method: string; params?: object; headers?: object }, number, number]>([
    ['an unknown method', { method: 'tools/destroy' }, 404, -32_601],
    ['a subscription', { method: 'subscriptions/listen', params: { notifications: {} } }, 404, -32_601],
    [
      'an unknown revision in the header',
      { method: 'tools/list', headers: { 'mcp-protocol-version': '2031-01-01' } },
      400,
      -32_020,
    ],
    [
      'a header that contradicts the message',
      { method: 'tools/list', headers: { 'mcp-method': 'tools/call' } },
      400,
      -32_020,
    ],
    ['a tool that does not exist', { method: 'tools/call', params: { name: 'drop_tables' } }, 200, -32_602],
    ['a tool without a name', { method: 'tools/call' }, 200, -32_602],
  ])(
    'answers %s with its id and the code of the protocol',
    async (_what, { method, params, headers }, status, code) => {
      const answer = await call(tenant.member, method, params, headers);
      expect([answer.status, answer.body.error?.code, answer.body.id]).toEqual([status, code, 7]);
    },
  );

  it('names the revisions that it knows to a client of another one', async () => {
    const other = { ...envelope, 'io.modelcontextprotocol/protocolVersion': '2031-01-01' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta: other } });
    const answer = await send(tenant.member, body, {
      'mcp-protocol-version': '2031-01-01',
      'mcp-method': 'tools/list',
    });
    expect([answer.status, answer.body.error]).toMatchObject([
      400,
      { code: -32_022, data: { supported: ['2026-07-28'] } },
    ]);
  });

  it.each<[string, unknown]>([
    ['arguments of a megabyte', { query: 'x'.repeat(900_000) }],
    ['a list in place of arguments', ['x']],
    ['an object in place of a text', { id: { $gt: '' } }],
    ['a text with a null byte', { id: 'a\u0000b' }],
    [
      'ten thousand unknown arguments',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`a${n}`, n])),
    ],
  ])('refuses %s and answers the next message', async (_what, args) => {
    const { status, body } = await call(tenant.member, 'tools/call', { name: 'fetch', arguments: args });
    expect(status).toBeLessThan(500);
    expect(body.error !== undefined || body.result?.['isError'] === true).toBe(true);
    expect((await call(tenant.member, 'tools/list')).status).toBe(200);
  });

  it('names the place of the sign-in in the 401 for a missing or wrong credential, in the form of JSON-RPC', async () => {
    for (const client of [app.platform.as(null), app.platform.as('nonsense')]) {
      const answer = await call(client, 'tools/list');
      expect([answer.status, answer.body]).toMatchObject([
        401,
        { error: { data: { type: '/problems/unauthenticated' } } },
      ]);
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer realm="attune", resource_metadata="${publicUrl}/.well-known/oauth-protected-resource/mcp"`,
      );
    }
  });

  it('accepts a token of the identity provider for this resource, and of no other audience', async () => {
    const sign = (aud: string) =>
      new SignJWT({ sub: 'ada', role: 'member', tenant_id: tenant.id, aud, iss: issuer })
        .setExpirationTime('1h')
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret));
    expect((await call(app.platform.as(await sign(audience)), 'tools/list')).status).toBe(200);
    expect((await call(app.platform.as(await sign('https://other.example')), 'tools/list')).status).toBe(401);
  });

  it('publishes the metadata of the resource, which pages of every origin may read', async () => {
    const path = '/.well-known/oauth-protected-resource';
    const anyone = app.platform.as(null);
    const answer = await anyone.get(`${path}/mcp`, { origin: 'https://assistant.example' });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { resource: audience, authorization_servers: [issuer] },
    ]);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect((await anyone.get(path)).body).toMatchObject({ resource: publicUrl });
  });

  it.each<[string, number]>([
    [publicUrl, 200],
    ['https://app.example', 200],
    ['http://localhost:6274', 200],
    ['https://evil.example', 403],
    ['null', 403],
  ])('answers a page of the origin %s with %i', async (origin, status) => {
    const answer = await call(tenant.member, 'tools/list', {}, { origin });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.error?.data).toMatchObject({ type: '/problems/forbidden' });
  });

  it('refuses the platform’s keys and keys without the scope mcp', async () => {
    const request = { name: 'asks', role: 'member', scopes: ['query'] };
    const { body } = await tenant.admin.post<{ key: string }>('/v1/api-keys', request);
    for (const client of [app.platform, app.platform.as(body.key)]) {
      const answer = await call(client, 'tools/list');
      expect([answer.status, answer.body.error?.code]).toEqual([403, -32_000]);
    }
  });

  it('accepts no GET and no DELETE, because it keeps no session', async () => {
    for (const method of ['GET', 'DELETE']) {
      const { status, headers } = await tenant.member.send('/mcp', { method });
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    }
  });
});

describe.each(clients)('two replicas and a client of revision %s', (_revision, connect) => {
  let second: Replica;

  beforeAll(async () => {
    second = await startReplica({ env: { ...env, DATABASE_URL: app.database.url } });
  });
  afterAll(() => second.stop());

  it('share no session: each answers any message of the client', async () => {
    const urls = [app.replica.url, second.url];
    let sent = 0;
    const alternating: typeof fetch = (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      return fetch(new URL(pathname, urls[(sent += 1) % 2]), init);
    };
    const client = await connect(app.replica.url, tenant.adminKey, alternating);
    const tools = await client.listTools();
    for (let n = 0; n < 4; n += 1) {
      expect((await client.call('get_config')).structured).toMatchObject({ tenant_id: 'acme' });
      expect(await client.listTools()).toEqual(tools);
    }
    expect(sent).toBeGreaterThan(5);
    await client.close();
  });
});
