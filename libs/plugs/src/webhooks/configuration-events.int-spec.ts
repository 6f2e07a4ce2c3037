import { Client } from 'pg';
import { type TestDatabase, createTestDatabase } from '#testing';

describe('the events of configurations', () => {
  let server: TestDatabase;
  let superuser: Client;

  beforeAll(async () => {
    server = await createTestDatabase();
    superuser = new Client({ connectionString: server.superuserUrl });
    await superuser.connect();
    await superuser.query(
      `INSERT INTO tenants (tenant_id, name, plan) SELECT 'many-' || n, 'Many', 'pro' FROM generate_series(1, 50) n`,
    );
  });

  afterAll(async () => {
    await superuser.end();
    await server.drop();
  });

  async function addWebhook(tenantId: string | null, event: string, state = 'active'): Promise<void> {
    const sql = `INSERT INTO webhooks (tenant_id, url, events, state, secret, created_by)
      VALUES ($1, 'https://hooks.example/', ARRAY[$2], $3, sha256('a'), 'test')`;
    await superuser.query(sql, [tenantId, event, state]);
  }

  /** Changes all configurations in one statement, and returns the tenants of the deliveries that it made. */
  async function changeAll(maxTokens: number): Promise<(string | null)[]> {
    await superuser.query('DELETE FROM webhook_deliveries');
    const settings = JSON.stringify({ max_tokens: maxTokens });
    await superuser.query('UPDATE tenant_configurations SET settings = settings || $1', [settings]);
    const sql = `SELECT tenant_id FROM webhook_deliveries WHERE data -> 'changed' = '["max_tokens"]' ORDER BY 1`;
    return (await superuser.query<{ tenant_id: string }>(sql)).rows.map(({ tenant_id: id }) => id);
  }

  it('one statement makes deliveries for the tenants with an active webhook for the event, and for a webhook of the platform for all', async () => {
    expect(await changeAll(700)).toEqual([]);
    await addWebhook('many-1', 'key.created');
    await addWebhook('many-2', 'config.updated', 'disabled');
    await addWebhook(null, 'config.updated', 'disabled');
    expect(await changeAll(701)).toEqual([]);
    await addWebhook('many-3', 'config.updated');
    await addWebhook('many-4', 'config.updated');
    expect(await changeAll(702)).toEqual(['many-3', 'many-4']);
    expect(await changeAll(702)).toEqual([]);
    await addWebhook(null, 'config.updated');
    expect(await changeAll(703)).toHaveLength(52);
  });
});
