import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { ApiClient, type Replica, startReplica, testRedisUrl } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type TestTenant,
  createTenant,
  getHistory,
  useTestApp,
  querySql,
} from '../../app/test-app.js';

const perHour = 10;

/** The way to Redis, which can be cut for good. */
class CuttableRedisLink {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly target: URL) {
    this.server = createServer((near) => {
      const far = connect(Number(this.target.port), this.target.hostname);
      for (const socket of [near, far]) this.sockets.add(socket.on('error', () => this.destroy(near, far)));
      near.pipe(far).pipe(near);
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  cut(): void {
    this.server.close();
    this.destroy(...this.sockets);
  }

  private destroy(...sockets: Socket[]): void {
    for (const socket of sockets) socket.destroy();
  }
}

let otherReplica: Replica;
let link: CuttableRedisLink;
// An empty variable counts as unset, so the default limit applies.
const limitVariables = { CONFIG_CHANGES_PER_HOUR: '', REDIS_URL: '' };
const app = useTestApp('tenant', async () => {
  link = new CuttableRedisLink(new URL(testRedisUrl()));
  limitVariables.REDIS_URL = await link.open();
  return limitVariables;
});

beforeAll(async () => {
  const { database, replica } = app;
  otherReplica = await startReplica({
    env: { ...limitVariables, DATABASE_URL: database.url, ATTUNE_PLATFORM_API_KEY: replica.platformKey },
  });
});
afterAll(async () => {
  await otherReplica?.stop();
  link.cut();
});

function clientsAtBothReplicas({ adminKey }: TestTenant): [ApiClient, ApiClient] {
  return [app.platform.as(adminKey), new ApiClient(otherReplica.url, adminKey)];
}

async function countChanges(tenant: TestTenant): Promise<number> {
  return (await getHistory(tenant.member)).filter(({ action }) => action !== 'create').length;
}

/** Settings that do not touch one another, so that only the limit and the race can refuse a change. */
const settingNumber = (at: number) => ({ prompt_variables: { [`variable_${at}`]: at } });

async function changeUntilRefused(clients: ApiClient[], from = 0): Promise<Problem> {
  for (let at = from; at < from + 100; at += 1) {
    const answer = await clients[at % clients.length]!.patch<Problem>('/v1/config', settingNumber(at));
    if (answer.status === 429) return answer.body;
  }
  throw new Error('A hundred changes were made');
}

describe('the change rate limit', () => {
  it('allows ten changes an hour, and the refusal says when the next one is possible', async () => {
    const tenant = await createTenant(app.platform, 'restless');
    await changeUntilRefused(clientsAtBothReplicas(tenant));
    expect(await countChanges(tenant)).toBe(perHour);
    const refused = await tenant.admin.patch<Problem>('/v1/config', { temperature: 0.1 });
    expectProblem(refused, 429, 'rate-limited');
    expect(refused.body).toMatchObject({ limit: perHour, remaining: 0 });
    expect(new Date(String(refused.body['resets_at'])).toISOString()).toBe(refused.body['resets_at']);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(Number.isInteger(seconds) && seconds > 0 && seconds <= 3600).toBe(true);
    expectProblem(await tenant.admin.post('/v1/config/rollback', { steps: 1 }), 429, 'rate-limited');
    expect((await tenant.admin.post('/v1/config/validate', { temperature: 0.1 })).status).toBe(200);
    expect((await tenant.admin.get('/v1/config')).status).toBe(200);
  });

  it('each change of a tenant is answered with RateLimit and RateLimit-Policy, and a change of the platform is not', async () => {
    const tenant = await createTenant(app.platform, 'counted');
    const first = await tenant.admin.patch('/v1/config', { temperature: 0.1 });
    expect(first.headers.get('ratelimit')).toMatch(/^"changes";r=9;t=(3[56]\d\d)$/);
    expect(first.headers.get('ratelimit-policy')).toBe('"changes";q=10;w=3600');
    const rolledBack = await tenant.admin.post('/v1/config/rollback', { steps: 1 });
    expect(rolledBack.headers.get('ratelimit')).toMatch(/^"changes";r=8;t=\d+$/);
    const unchanged = await tenant.admin.patch('/v1/config', {});
    expect(unchanged.headers.get('ratelimit')).toMatch(/^"changes";r=8;t=\d+$/);
    await changeUntilRefused([tenant.admin]);
    const refused = await tenant.admin.patch('/v1/config', { temperature: 0.2 });
    expect(refused.headers.get('ratelimit')).toBe(`"changes";r=0;t=${refused.headers.get('retry-after')}`);
    expect(refused.headers.get('ratelimit-policy')).toBe('"changes";q=10;w=3600');
    const byPlatform = await app.platform.patch(`/v1/platform/tenants/${tenant.id}/config`, {
      temperature: 0.2,
    });
    expect(byPlatform.headers.get('ratelimit')).toBeNull();
  });

  it('limits neither the platform nor other tenants', async () => {
    const [busy, quiet] = [
      await createTenant(app.platform, 'busy'),
      await createTenant(app.platform, 'quiet'),
    ];
    const path = `/v1/platform/tenants/${busy.id}/config`;
    for (let at = 0; at < perHour + 2; at += 1)
      expect((await app.platform.patch(path, { max_documents: 200 + at })).status).toBe(200);
    await changeUntilRefused([busy.admin]);
    expect((await app.platform.patch(path, { max_documents: 500 })).status).toBe(200);
    expect((await quiet.admin.patch('/v1/config', { temperature: 0.1 })).status).toBe(200);
    expect(await countChanges(busy)).toBe(2 * perHour + 3);
  });

  it('allows changes again as the hour passes', async () => {
    const tenant = await createTenant(app.platform, 'patient');
    await changeUntilRefused([tenant.admin]);
    await querySql(
      app.database.superuserUrl,
      `ALTER TABLE tenant_configuration_history DISABLE TRIGGER USER;
       UPDATE tenant_configuration_history SET changed_at = changed_at - interval '61 minutes' WHERE tenant_id = 'patient' AND version <= 4;
       ALTER TABLE tenant_configuration_history ENABLE TRIGGER USER`,
    );
    await changeUntilRefused([tenant.admin], 100);
    expect(await countChanges(tenant)).toBe(perHour + 3);
  });

  it('holds for 64 concurrent changes on two replicas, also when Redis goes down meanwhile', async () => {
    const tenant = await createTenant(app.platform, 'stampede');
    const clients = clientsAtBothReplicas(tenant);
    const attempts = Array.from({ length: 64 }, async (_, at) => {
      if (at === 32) link.cut();
      return clients[at % 2]!.patch<Problem>('/v1/config', settingNumber(at));
    });
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    const won = statuses.filter((status) => status === 200).length;
    expect(won).toBeGreaterThan(0);
    expect(await countChanges(tenant)).toBe(won);
    expect(new Set(statuses.filter((status) => status !== 200 && status !== 429))).toEqual(
      won < 64 ? new Set([409]) : new Set(),
    );
    await changeUntilRefused(clients, 100);
    expect(await countChanges(tenant)).toBe(perHour);
    for (const client of clients)
      expectProblem(await client.patch('/v1/config', { temperature: 0.1 }), 429, 'rate-limited');
  });
});
