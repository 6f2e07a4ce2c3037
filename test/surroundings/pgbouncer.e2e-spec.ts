/** The product behind PgBouncer in transaction mode: each transaction may get another connection, and no session belongs to anyone. */
import {
  PgBouncer,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  startReplica,
  waitFor,
} from '#testing';
import { type TestTenant, createTenant, getConfiguration, getHistory, querySql } from '../app/test-app.js';

let database: TestDatabase;
let pgBouncer: PgBouncer;
let replica: Replica;
let tenants: TestTenant[];

beforeAll(async () => {
  database = await createTestDatabase();
  // Fewer connections than the replica opens.
  pgBouncer = await PgBouncer.start(database.url, { connections: 3 });
  replica = await startReplica({ env: { DATABASE_URL: pgBouncer.url, CONFIG_CHANGES_PER_HOUR: '0' } });
  tenants = await Promise.all(['one', 'two', 'three'].map((id) => createTenant(replica.api, id)));
});
afterAll(async () => {
  await replica?.stop();
  await pgBouncer?.stop();
  await database?.drop();
});

async function upload({ admin, id }: TestTenant): Promise<number> {
  const form = new FormData();
  form.append('file', new File([`Leave of ${id} begins in May.`], 'leave.txt', { type: 'text/plain' }));
  return (await admin.send('/v1/documents', { method: 'POST', body: form })).status;
}

describe('a replica behind PgBouncer in transaction mode', () => {
  it('uses only the connections that PgBouncer gives out', async () => {
    const [row] = await querySql<{ count: number }>(
      database.superuserUrl,
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND usename = 'attune_app'`,
    );
    expect(row!.count).toBeLessThanOrEqual(3);
  });

  it('counts the versions of many tenants that change at the same time, and shows none the values of another', async () => {
    const changes = tenants.flatMap(({ admin }, index) =>
      Array.from({ length: 10 }, async (_, step) => {
        const body = { max_tokens: 1_100 + index * 100 + step };
        await waitFor(async () => (await admin.patch('/v1/config', body)).status === 200);
      }),
    );
    await Promise.all(changes);
    for (const [index, { admin, member }] of tenants.entries()) {
      const history = await getHistory(admin);
      expect(history.map(({ version }) => version)).toEqual(Array.from({ length: 11 }, (_, n) => 11 - n));
      const values = history.flatMap((entry) => entry.changes.map(({ to }) => Number(to)));
      expect(values.every((value) => Math.floor((value - 1_100) / 100) === index)).toBe(true);
      expect((await getConfiguration(member)).version).toBe(11);
    }
  });

  it('answers queries from the documents of their own tenant, and counts each once', async () => {
    expect(await Promise.all(tenants.map(upload))).toEqual([201, 201, 201]);
    const queries = tenants.flatMap(({ id, member }) =>
      Array.from({ length: 5 }, async () => {
        const { status, body } = await member.post<{ sources: { content: string }[] }>('/v1/query', {
          question: 'When does leave begin?',
        });
        return { status, isOwn: JSON.stringify(body).includes(`Leave of ${id} begins`) };
      }),
    );
    expect(new Set((await Promise.all(queries)).map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 200, isOwn: true })]),
    );
    const counts = await querySql<{ tenant_id: string; count: number }>(
      database.superuserUrl,
      'SELECT tenant_id, count(*)::int FROM usage_log GROUP BY tenant_id ORDER BY tenant_id',
    );
    expect(counts).toEqual(['one', 'three', 'two'].map((id) => ({ tenant_id: id, count: 5 })));
  });

  it('writes no error into its log, and stays ready', async () => {
    const levels = replica
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => (JSON.parse(line) as { level: number }).level);
    const [info, error] = [30, 50];
    expect([levels.includes(info), levels.includes(error)]).toEqual([true, false]);
    expect((await replica.api.get<{ status: string }>('/health/ready')).body.status).toBe('ok');
  });
});
