import { Client } from 'pg';
import { type Database, openDatabase } from '#database';
import { type TestDatabase, createTestDatabase } from '#testing';
import { DeliveryRepository } from './delivery.repository.js';

describe('DeliveryRepository', () => {
  let server: TestDatabase;
  let database: Database;
  let superuser: Client;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = await openDatabase({ databaseUrl: server.url, migrationDatabaseUrl: null, dataDir: '' });
    superuser = new Client({ connectionString: server.superuserUrl });
    await superuser.connect();
    await superuser.query(`INSERT INTO webhooks (id, url, events, secret, created_by)
      VALUES ('watching', 'https://hooks.example/', '{key.created}', sha256('a'), 'test')`);
  });

  afterAll(async () => {
    await superuser.end();
    await database.close();
    await server.drop();
  });

  it('prune deletes deliveries of more than 30 days, also pending ones, and keeps for 40 days what is sent once', async () => {
    await superuser.query(`INSERT INTO webhook_deliveries (id, webhook_id, is_platform, event, data, state, next_attempt_at, once_key, created_at)
      SELECT d.id, 'watching', true, 'key.created', '{}', d.state, d.due, d.once_key, now() - d.days * interval '1 day'
      FROM (VALUES ('pending31', 'pending', now(), NULL, 31), ('pending29', 'pending', now(), NULL, 29),
        ('delivered31', 'delivered', NULL, NULL, 31), ('delivered29', 'delivered', NULL, NULL, 29),
        ('once000031', 'delivered', NULL, 'a', 31), ('once000041', 'delivered', NULL, 'b', 41)) AS d (id, state, due, once_key, days)`);
    expect(await new DeliveryRepository(database).prune()).toBe(3);
    const { rows } = await superuser.query<{ id: string }>('SELECT id FROM webhook_deliveries ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual(['delivered29', 'once000031', 'pending29']);
  });
});
