/** The product in a network that has IPv6 and may have IPv4 too: it listens on both, and reaches Postgres and Redis by IPv6. */
import {
  ApiClient,
  FaultProxy,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  freePort,
  startReplica,
  testRedisUrl,
  waitFor,
} from '#testing';
import { createTenant, querySql } from '../app/test-app.js';

let database: TestDatabase;
let links: FaultProxy[];
let replica: Replica;
let managementPort: number;

beforeAll(async () => {
  database = await createTestDatabase();
  links = await Promise.all([database.url, testRedisUrl()].map((url) => FaultProxy.forTarget(url, '::1')));
  managementPort = await freePort();
  replica = await startReplica({
    env: {
      DATABASE_URL: links[0]!.url,
      REDIS_URL: links[1]!.url,
      MANAGEMENT_PORT: String(managementPort),
    },
  });
});
afterAll(async () => {
  await replica?.stop();
  await Promise.all((links ?? []).map((link) => link.close()));
  await database?.drop();
});

describe('a replica where Postgres and Redis have IPv6 addresses', () => {
  it('the replica reaches both', async () => {
    const checks = async () => (await replica.api.get<{ status: string }>('/health/ready')).body.status;
    await waitFor(async () => (await checks()) === 'ok', { what: 'the replica reaches Postgres and Redis' });
    expect(links.map(({ connectionCount }) => connectionCount > 0)).toEqual([true, true]);
  });

  it.each(['127.0.0.1', '[::1]'])('the replica answers at %s, on both of its ports', async (host) => {
    const { port } = new URL(replica.url);
    for (const each of [port, managementPort])
      expect((await fetch(`http://${host}:${each}/health/ready`)).status).toBe(200);
  });

  it('the replica writes the address of each client into the audit log, an IPv4 address as such', async () => {
    const { port } = new URL(replica.url);
    for (const [id, host] of [
      ['by-ipv4', '127.0.0.1'],
      ['by-ipv6', '[::1]'],
    ] as const)
      await createTenant(new ApiClient(`http://${host}:${port}`, replica.platformKey), id);
    const addresses = await querySql<{ tenant_id: string; address: string }>(
      database.superuserUrl,
      `SELECT DISTINCT tenant_id, address FROM audit_log WHERE tenant_id LIKE 'by-%' ORDER BY tenant_id`,
    );
    expect(addresses).toEqual([
      { tenant_id: 'by-ipv4', address: '127.0.0.1' },
      { tenant_id: 'by-ipv6', address: '::1' },
    ]);
  });
});
