/** SPEC §7.5: what three replicas do while Postgres is away, and when it is back. */
import { randomBytes } from 'node:crypto';
import { RedisConnection } from '#redis';
import { type ApiAnswer, type ApiClient, type FaultProxy, Fleet, type FleetMember, waitFor } from '#testing';
import { expectProblem } from '../e2e/problem.js';
import { type Shown, type TenantOnStage, createTenant } from '../e2e/stage.js';
import { aName } from './known-tenant.js';
import { rounds } from './rounds.js';

let fleet: Fleet;
let [one, two, three]: FleetMember[] = [];

beforeAll(async () => {
  fleet = await Fleet.start();
  [one, two, three] = fleet.members;
});
afterAll(() => fleet.close());

const ways: [string, (link: FaultProxy) => void][] = [
  ['refuses connections', (link) => link.cut()],
  ['says nothing', (link) => link.freeze()],
];
/** How long reads are watched; `OUTAGE_SECONDS=60` makes it a long outage. */
const watchedMs = Number(process.env['OUTAGE_SECONDS'] ?? 1) * 1_000;
const cases = rounds.flatMap((round) => ways.map(([way, fail]) => ({ way, fail, round })));

function read(client: ApiClient): Promise<ApiAnswer<Shown>> {
  return client.get<Shown>('/v1/config');
}

function sourceOf({ status, headers }: ApiAnswer<unknown>): string {
  return `${status} ${headers.get('attune-config-source')}`;
}

/** Nothing else is answered on the way. */
async function becomes(client: ApiClient, source: string, before: string): Promise<void> {
  await waitFor(async () => {
    const answer = sourceOf(await read(client));
    expect([`200 ${before}`, `200 ${source}`]).toContain(answer);
    return answer === `200 ${source}`;
  });
}

/** Resolves once the last known of the key is that it is gone. */
async function tenantWithRevokedKey(): Promise<TenantOnStage> {
  const tenant = await createTenant(one!.client(), aName('revoked'));
  const { id, adminKey, adminKeyId } = tenant;
  for (const member of fleet.members) expect((await read(member.client(adminKey))).status).toBe(200);
  await one!.client().del(`/v1/platform/tenants/${id}/api-keys/${adminKeyId}`);
  for (const member of fleet.members)
    await waitFor(async () => (await read(member.client(adminKey))).status === 401);
  await waitFor(async () => /"value":null/.test(await copyOf('credential', adminKeyId)));
  return tenant;
}

/** As text, empty where there is none. */
async function copyOf(kind: string, key: string): Promise<string> {
  const redis = new RedisConnection(fleet.redis.url);
  try {
    return String((await redis.readAll([`attune:{${key}}:cache:${kind}`], 10_000))[0] ?? '');
  } finally {
    await redis.close();
  }
}

function expectUnavailable(answer: ApiAnswer<unknown>): void {
  expectProblem(answer, 503, 'unavailable');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

describe.each(cases)('while Postgres $way, in round $round,', ({ fail }) => {
  /** Held by every replica, with its keys. */
  let held: TenantOnStage;
  /** Held by the first replica only, so that the others know it from Redis at most. */
  let elsewhere: TenantOnStage;
  /** Held by none, and never read. */
  let unread: string;
  /** Its admin's key was held by every replica, and revoked. */
  let revoked: TenantOnStage;

  beforeAll(async () => {
    [held, elsewhere] = [
      await createTenant(one!.client(), aName('held')),
      await createTenant(one!.client(), aName('elsewhere')),
    ];
    [unread] = (await fleet.addTenants(aName('unread'), 1)) as [string];
    await held.admin.patch('/v1/config', { max_tokens: 500 });
    for (const { client } of clientsOf(held))
      await waitFor(async () => (await read(client)).body.version === 2);
    await read(one!.client(elsewhere.adminKey));
    revoked = await tenantWithRevokedKey();
    for (const { postgres } of fleet.members) fail(postgres);
  });
  afterAll(() => fleet.restore());

  function clientsOf({ adminKey }: TenantOnStage): { member: FleetMember; client: ApiClient }[] {
    return fleet.members.map((member) => ({ member, client: member.client(adminKey) }));
  }

  it('reads go on from memory, and say that they may be stale', async () => {
    for (const { client } of clientsOf(held)) {
      await becomes(client, 'stale', 'live');
      expect((await read(client)).body).toMatchObject({ version: 2, max_tokens: 500 });
    }
  });

  it('replicas stay ready and say that they are degraded', async () => {
    for (const member of fleet.members)
      await waitFor(async () => {
        const { status, body } = await member.client().get<{ status: string }>('/health/ready');
        expect(status).toBe(200);
        return body.status === 'degraded';
      });
  });

  it('what a replica does not hold is the last known good', async () => {
    const answer = await read(two!.client(elsewhere.adminKey));
    expect(sourceOf(answer)).toBe('200 last-known-good');
    expect(answer.body).toMatchObject({ tenant_id: elsewhere.id, version: 1 });
  });

  it('what nobody holds is safe defaults', async () => {
    const answer = await read(two!.client(await fleet.token(unread)));
    expect(sourceOf(answer)).toBe('200 defaults');
    expect(answer.body).toMatchObject({ tenant_id: unread, model_name: 'gpt-3.5-turbo' });
  });

  it('a key that nobody knows is not refused for that, but a malformed one is', async () => {
    const unknown = `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`;
    expectUnavailable(await read(two!.client(unknown)));
    expectProblem(await read(two!.client('atn_x')), 401, 'unauthenticated');
  });

  it('a known key with a wrong secret is refused', async () => {
    const wrong = `${held.adminKey.slice(0, -4)}0000`;
    expectProblem(await read(two!.client(wrong)), 401, 'unauthenticated');
  });

  it('a key that was revoked is refused', async () => {
    for (const { client } of clientsOf(revoked)) expectProblem(await read(client), 401, 'unauthenticated');
  });

  it('changes fail and change nothing', async () => {
    for (const { client } of clientsOf(held)) {
      expectUnavailable(await client.patch('/v1/config', { max_tokens: 900 }));
      expect((await read(client)).body).toMatchObject({ version: 2, max_tokens: 500 });
    }
  });

  it('a version that is not held is not there to be had', async () => {
    const client = two!.client(held.adminKey);
    expectUnavailable(await client.get('/v1/config', { 'attune-min-config-version': '3' }));
    expect((await client.get('/v1/config', { 'attune-min-config-version': '2' })).status).toBe(200);
  });

  it('reads by way of the load balancer go on, whatever becomes of other requests', async () => {
    const behind = fleet.api.as(held.adminKey);
    const others = Array.from({ length: 6 }, () => [
      behind.patch('/v1/config', { max_tokens: 900 }),
      behind.get('/v1/config/history'),
    ]);
    for (const answer of await Promise.all(others.flat())) expectUnavailable(answer);
    const reads = await Promise.all(Array.from({ length: 30 }, () => read(behind)));
    expect(new Set(reads.map(sourceOf))).toEqual(new Set(['200 stale']));
  });

  it(
    'reads go on for as long as it lasts',
    async () => {
      const end = Date.now() + watchedMs;
      while (Date.now() < end) {
        const answers = await Promise.all(clientsOf(held).map(({ client }) => read(client)));
        expect(new Set(answers.map(sourceOf))).toEqual(new Set(['200 stale']));
        expectUnavailable(await one!.client(held.adminKey).patch('/v1/config', { max_tokens: 900 }));
      }
    },
    watchedMs + 30_000,
  );

  it('a replica that is started again comes up with the last known good', async () => {
    await three!.restart();
    const answer = await read(three!.client(held.adminKey));
    expect(sourceOf(answer)).toBe('200 last-known-good');
    expect(answer.body).toMatchObject({ version: 2, max_tokens: 500 });
  });

  it('a replica that is started again refuses a key that was revoked', async () => {
    expectProblem(await read(three!.client(revoked.adminKey)), 401, 'unauthenticated');
  });

  it('a replica that is started again without what Redis held has safe defaults', async () => {
    await fleet.redis.restart();
    await three!.restart();
    expect(sourceOf(await read(three!.client(await fleet.token(held.id))))).toBe('200 defaults');
    expectUnavailable(await read(three!.client(held.adminKey)));
  });

  it('all is live by itself when it is back', async () => {
    await fleet.restore();
    for (const { client } of clientsOf(held))
      await waitFor(async () => sourceOf(await read(client)) === '200 live');
    const { status } = await one!.client(held.adminKey).patch('/v1/config', { max_tokens: 600 });
    expect(status).toBe(200);
    for (const { client } of clientsOf(held))
      await waitFor(async () => (await read(client)).body['max_tokens'] === 600);
    for (const { client } of clientsOf(held)) expect((await read(client)).body.version).toBe(3);
    expect(sourceOf(await read(two!.client(await fleet.token(unread))))).toBe('200 live');
    for (const member of fleet.members)
      expect(await member.client().get('/health/ready')).toMatchObject({
        status: 200,
        body: { status: 'ok' },
      });
  });
});
