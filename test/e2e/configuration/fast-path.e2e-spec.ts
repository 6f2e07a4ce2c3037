import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

interface RawResponse {
  readonly status: number | undefined;
  /** Sorted, without the date. */
  readonly headers: string[];
  readonly body: string;
}

/** A request with a length is left to the route, a body of nothing changes nothing else. */
const skipFastPathHeaders = { 'content-length': '0' };

const app = useTestApp();
let tenant: TestTenant;
let etag = '';
let memberKey = '';
let pausedKey = '';
let revokedKey = '';

beforeAll(async () => {
  tenant = await createTenant(app.platform, 'prepared');
  await tenant.admin.patch('/v1/config', { prompt_variables: { audience: 'Ärzte 🩺' } });
  etag = (await tenant.admin.get('/v1/config')).headers.get('etag')!;
  memberKey = (await createReadKey()).key;
  const revoked = await createReadKey();
  revokedKey = revoked.key;
  await tenant.admin.del(`/v1/api-keys/${revoked.id}`);
  pausedKey = (await createTenant(app.platform, 'paused')).adminKey;
  await app.platform.as(pausedKey).get('/v1/config');
  await app.platform.patch('/v1/platform/tenants/paused', { status: 'suspended' });
});

/** A member's, which was used. */
async function createReadKey(): Promise<{ id: string; key: string }> {
  const keyRequest = { name: 'reads', role: 'member' };
  const { body } = await tenant.admin.post<{ id: string; key: string }>('/v1/api-keys', keyRequest);
  await tenant.admin.as(body.key).get('/v1/config');
  return body;
}

/** @returns The cookie of a new session of the console. */
async function openSession(key: string): Promise<string> {
  const { url } = app.replica;
  const response = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, 'attune-console': '1' },
    body: JSON.stringify({ api_key: key }),
  });
  expect(response.status).toBe(204);
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

function readConfiguration(headers: Record<string, string>, method = 'GET'): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const asking = request(`${app.replica.url}/v1/config`, { method, headers });
    asking.once('error', reject);
    asking.once('response', (answer) => {
      const named = Object.entries(answer.headers).filter(([name]) => name !== 'date');
      const visibleHeaders = named.map(([name, value]) => `${name}: ${String(value)}`).toSorted();
      text(answer).then(
        (body) => resolve({ status: answer.statusCode, headers: visibleHeaders, body }),
        reject,
      );
    });
    asking.end();
  });
}

describe('the fast path of GET /v1/config', () => {
  const credentials = (): Record<string, string> => ({
    authorization: `Bearer ${tenant.adminKey}`,
    // In problems too, and as long in each.
    'x-request-id': 'prepared-read',
  });

  it.each<[string, number, () => Record<string, string>]>([
    ['a known credential', 200, () => ({})],
    ['a tag that is still right', 304, () => ({ 'if-none-match': `W/"other", ${etag}` })],
    ['any tag', 304, () => ({ 'if-none-match': '*' })],
    ['an old tag', 200, () => ({ 'if-none-match': '"1-00000000"' })],
    ['a minimum version that is reached', 200, () => ({ 'attune-min-config-version': '1' })],
    ['a minimum version that is malformed', 400, () => ({ 'attune-min-config-version': 'x' })],
    ['a type but no body', 200, () => ({ 'content-type': 'application/json' })],
    ['a form', 415, () => ({ 'content-type': 'multipart/form-data; boundary=x' })],
    ['the end of the connection', 200, () => ({ connection: 'close' })],
    ['a member', 200, () => ({ authorization: `Bearer ${memberKey}` })],
    ['a suspended tenant', 200, () => ({ authorization: `Bearer ${pausedKey}` })],
    ['a platform admin', 403, () => ({ authorization: `Bearer ${app.replica.platformKey}` })],
    ['a key that was revoked after it was used', 401, () => ({ authorization: `Bearer ${revokedKey}` })],
    ['no credential', 401, () => ({ authorization: '' })],
    ['a key that nobody has', 401, () => ({ authorization: `Bearer ${tenant.adminKey}0` })],
  ])('answers like the normal route to %s', async (_what, status, more) => {
    const headers = { ...credentials(), ...more() };
    const answer = await readConfiguration(headers);
    expect(answer.status).toBe(status);
    expect(answer).toEqual(await readConfiguration({ ...headers, ...skipFastPathHeaders }));
  });

  it('answers the same bytes when a cookie of the console is beside Authorization, whoever it belongs to', async () => {
    const answer = await readConfiguration(credentials());
    for (const cookie of [
      await openSession(tenant.adminKey),
      await openSession(app.replica.platformKey),
      'attune=x',
    ])
      expect(await readConfiguration({ ...credentials(), cookie })).toEqual(answer);
  });

  it('counts the content length in bytes, not in characters', async () => {
    const { headers, body } = await readConfiguration(credentials());
    expect(headers).toContain(`content-length: ${Buffer.byteLength(body)}`);
    expect(JSON.parse(body)).toMatchObject({ prompt_variables: { audience: 'Ärzte 🩺' } });
  });

  it('sends the same headers for HEAD and no body', async () => {
    const [{ headers }, head] = [
      await readConfiguration(credentials()),
      await readConfiguration(credentials(), 'HEAD'),
    ];
    expect(head).toEqual({ status: 200, headers, body: '' });
  });

  it('writes the same access log lines as the normal route, up to the last request before shutdown', async () => {
    const withId = (id: string): Record<string, string> => ({ ...credentials(), 'x-request-id': id });
    await readConfiguration(withId('log-prepared'));
    await readConfiguration({ ...withId('log-routed'), ...skipFastPathHeaders });
    await app.replica.stop();
    const [prepared, routed] = [accessLogEntry('log-prepared'), accessLogEntry('log-routed')];
    expect(prepared).toMatchObject({ level: 30, tenant_id: 'prepared', method: 'GET', status: 200 });
    expect(prepared).toEqual(routed);
  });
});

/** Its line, without what differs from one request to the next. */
function accessLogEntry(id: string): Record<string, unknown> {
  const line = app.replica
    .output()
    .split('\n')
    .find((one) => one.includes(`"request_id":"${id}"`));
  const { request_id: _id, time, ms, ...rest } = JSON.parse(line ?? '{}') as Record<string, unknown>;
  expect([time, ms]).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), expect.any(Number)]);
  return rest;
}
