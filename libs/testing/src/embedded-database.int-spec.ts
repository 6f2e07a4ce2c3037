import { existsSync } from 'node:fs';
import { createEmbeddedDatabase, type TestEmbeddedDatabase } from './embedded-database.js';

describe('an embedded test database', () => {
  let embedded: TestEmbeddedDatabase;

  beforeAll(async () => {
    embedded = await createEmbeddedDatabase();
  });

  it('is migrated', async () => {
    const { database } = embedded;
    const tables = await database.readGlobal(() =>
      database.query(`SELECT tablename FROM pg_tables WHERE tablename = 'tenants'`),
    );
    expect(tables).toEqual([{ tablename: 'tenants' }]);
  });

  it('leaves nothing behind', async () => {
    await embedded.close();
    expect(existsSync(embedded.dataDir)).toBe(false);
  });
});
