import { createHash } from 'node:crypto';
import { EventStreamClient, type ReceivedEvent, startReplica, waitFor } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, changePlan, useTestApp } from '../../app/test-app.js';

interface Patch {
  readonly version: number;
  readonly etag: string;
  readonly changes: { field: string; from: unknown; to: unknown }[];
}

const app = useTestApp('stream', { CONFIG_STREAMS_PER_TENANT: '3' });
const streams: EventStreamClient[] = [];

afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

async function open(
  key: string | null,
  headers: Readonly<Record<string, string>> = {},
  search = '',
): Promise<EventStreamClient> {
  const credential: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const url = `${app.replica.url}/v1/config/stream${search}`;
  const stream = await EventStreamClient.open(url, { ...credential, ...headers });
  streams.push(stream);
  return stream;
}

async function etagOf({ admin }: TestTenant): Promise<string> {
  return (await admin.get('/v1/config')).headers.get('etag')!;
}

/** What a client has that applies each event in its order. */
function replay(events: readonly ReceivedEvent[]): Record<string, unknown> {
  const state: Record<string, unknown> = {};
  for (const { event, data } of events) {
    if (event === 'put') Object.assign(state, data);
    if (event !== 'patch') continue;
    const { version, changes } = data as unknown as Patch;
    for (const { field, from, to } of changes) {
      expect([field, state[field]]).toEqual([field, from]);
      state[field] = to;
    }
    state['version'] = version;
  }
  return state;
}

describe('GET /v1/config/stream', () => {
  it('begins with the body of GET /v1/config, and sends each change as a patch of it', async () => {
    const tenant = await app.createTenant();
    const stream = await open(tenant.adminKey);
    const { body } = await tenant.admin.get<Record<string, unknown>>('/v1/config');
    const put = await stream.waitFor(({ event }) => event === 'put');
    expect(put.data).toEqual(body);
    expect(`"${put.id}"`).toBe(await etagOf(tenant));
    expect(stream.retries).toEqual([2000]);
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
    expect(stream.response.headers.get('attune-config-source')).toBe('live');

    await tenant.admin.patch('/v1/config', { temperature: 0.33 });
    const patch = await stream.waitFor(({ event }) => event === 'patch');
    expect(patch.data).toMatchObject({
      version: 2,
      etag: await etagOf(tenant),
      changes: expect.arrayContaining([{ field: 'temperature', from: body['temperature'], to: 0.33 }]),
    });
    expect(`"${patch.id}"`).toBe(patch.data['etag']);
  });

  it('sends patches that add up to the body of GET /v1/config, byte for byte', async () => {
    const tenant = await app.createTenant();
    const stream = await open(tenant.adminKey);
    await stream.waitFor(({ event }) => event === 'put');
    for (let round = 1; round <= 12; round += 1)
      await tenant.admin.patch('/v1/config', {
        max_tokens: 400 + round,
        prompt_variables: { round: `${round}` },
      });
    await stream.waitFor(({ data }) => data['version'] === 13);
    const { body } = await tenant.admin.get('/v1/config');
    const state = replay(stream.events);
    expect(state).toEqual(body);
    const hash = createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 8);
    expect(`"13-${hash}"`).toBe(await etagOf(tenant));
  });

  it('sends a change of a plan that leaves the version as it is', async () => {
    const tenant = await app.createTenant('basic');
    const stream = await open(tenant.adminKey);
    await stream.waitFor(({ event }) => event === 'put');
    await changePlan(app.platform, 'basic', { max_tokens: 321 });
    const patch = await stream.waitFor(({ event }) => event === 'patch');
    const { version, changes } = patch.data as unknown as Patch;
    expect(version).toBe(1);
    expect(changes).toEqual([{ field: 'max_tokens', from: expect.any(Number), to: 321 }]);
  });

  it('sends no event of another tenant', async () => {
    const [one, two] = [await app.createTenant(), await app.createTenant()];
    const [streamOne, streamTwo] = [await open(one.adminKey), await open(two.adminKey)];
    await streamOne.waitFor(({ event }) => event === 'put');
    await one.admin.patch('/v1/config', { temperature: 0.11 });
    await two.admin.patch('/v1/config', { temperature: 0.22 });
    await streamOne.waitFor(({ event }) => event === 'patch');
    await streamTwo.waitFor(({ event }) => event === 'patch');
    expect(JSON.stringify(streamOne.events)).not.toContain(two.id);
    expect(JSON.stringify(streamTwo.events)).not.toContain(one.id);
    expect([streamOne.names, streamTwo.names]).toEqual([
      ['put', 'patch'],
      ['put', 'patch'],
    ]);
  });

  it('sends a client with the current Last-Event-ID no put, and one with an older the newest', async () => {
    const tenant = await app.createTenant();
    const oldTag = (await etagOf(tenant)).slice(1, -1);
    const current = await open(tenant.adminKey, { 'last-event-id': oldTag });
    await waitFor(() => current.comments.length > 0);
    expect(current.names).toEqual([]);
    await tenant.admin.patch('/v1/config', { temperature: 0.44 });
    await current.waitFor(({ event }) => event === 'patch');
    expect(current.names).toEqual(['patch']);

    const behind = await open(tenant.adminKey, { 'last-event-id': oldTag });
    const put = await behind.waitFor(({ event }) => event === 'put');
    expect(put.data).toMatchObject({ version: 2, temperature: 0.44 });
  });

  it('says reset before the state when the client has a version that does not exist', async () => {
    const tenant = await app.createTenant();
    const stream = await open(tenant.adminKey, { 'last-event-id': '99-00000000' });
    await stream.waitFor(({ event }) => event === 'put');
    expect(stream.names).toEqual(['reset', 'put']);
  });

  it('ends within 5 s when its key is revoked', async () => {
    const tenant = await app.createTenant();
    const issued = await tenant.admin.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'short',
      role: 'member',
    });
    const stream = await open(issued.body.key);
    await stream.waitFor(({ event }) => event === 'put');
    await tenant.admin.del(`/v1/api-keys/${issued.body.id}`);
    await waitFor(() => stream.hasEnded, { timeoutMs: 5_000 });
    await tenant.admin.patch('/v1/config', { temperature: 0.5 });
    expect(stream.names).toEqual(['put']);
    expect((await open(issued.body.key)).response.status).toBe(401);
  });

  it('ends within 5 s when its key expires', async () => {
    const tenant = await app.createTenant();
    const expires_at = new Date(Date.now() + 2_000).toISOString();
    const issued = await tenant.admin.post<{ key: string }>('/v1/api-keys', {
      name: 'short',
      role: 'member',
      expires_at,
    });
    const stream = await open(issued.body.key);
    await stream.waitFor(({ event }) => event === 'put');
    await waitFor(() => stream.hasEnded, { timeoutMs: 7_000 });
  });

  it('ends within 5 s when its tenant is deleted', async () => {
    const tenant = await app.createTenant();
    const stream = await open(tenant.adminKey);
    await stream.waitFor(({ event }) => event === 'put');
    expect((await app.platform.del(`/v1/platform/tenants/${tenant.id}`)).status).toBe(204);
    await waitFor(() => stream.hasEnded, { timeoutMs: 5_000 });
  });

  it('sends the settings to a suspended tenant, which may read', async () => {
    const tenant = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${tenant.id}`, { status: 'suspended' });
    const stream = await open(tenant.adminKey);
    await stream.waitFor(({ event }) => event === 'put');
    expect(stream.response.status).toBe(200);
  });

  it('answers 429 with Fetch-Mode: polling when the tenant has too many streams, until one ends', async () => {
    const tenant = await app.createTenant();
    const opened = [await open(tenant.adminKey), await open(tenant.adminKey), await open(tenant.adminKey)];
    const refused = await tenant.admin.get('/v1/config/stream');
    expectProblem(refused, 429, 'rate-limited');
    expect(refused.headers.get('fetch-mode')).toBe('polling');
    expect(refused.headers.get('retry-after')).toBe('60');
    opened[0]!.close();
    await waitFor(async () => (await tenant.admin.get('/v1/config/stream')).status === 200);
  });

  it('refuses a request without a credential, and one of the platform', async () => {
    expectProblem(await app.platform.as(null).get('/v1/config/stream'), 401, 'unauthenticated');
    expectProblem(await app.platform.get('/v1/config/stream'), 403, 'forbidden');
  });
});

describe('a replica that stops', () => {
  it('says goodbye to its streams, also to those that are opened while it closes', async () => {
    const { adminKey } = await app.createTenant();
    const env = { DATABASE_URL: app.database.url, SHUTDOWN_DRAIN_MS: '0' };
    const stopping = await startReplica({ env });
    const url = `${stopping.url}/v1/config/stream`;
    const openHere = () => EventStreamClient.open(url, { authorization: `Bearer ${adminKey}` });
    const first = await openHere();
    await first.waitFor(({ event }) => event === 'put');
    const exitCode = stopping.stop();
    for (let next: EventStreamClient | null = first; next !== null; next = await openHere().catch(() => null))
      streams.push(next);
    expect(await exitCode).toBe(0);
    const answered = streams.filter(({ response }) => response.status === 200);
    await waitFor(() => answered.every(({ hasEnded }) => hasEnded));
    expect(new Set(answered.map(({ names }) => names.at(-1)))).toEqual(new Set(['goodbye']));
  });
});
