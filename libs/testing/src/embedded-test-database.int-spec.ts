import { existsSync } from 'node:fs';
import { createEmbeddedTestDatabase, type EmbeddedTestDatabase } from './embedded-test-database.js';

describe('createEmbeddedTestDatabase', () => {
  let embedded: EmbeddedTestDatabase;

  beforeAll(async () => {
    embedded = await createEmbeddedTestDatabase();
  });

  it('migrates the database', async () => {
    const { database } = embedded;
    const tables = await database.readGlobal(() =>
      database.query(`SELECT tablename FROM pg_tables WHERE tablename = 'tenants'`),
    );
    expect(tables).toEqual([{ tablename: 'tenants' }]);
  });

  it('leaves no files behind', async () => {
    await embedded.close();
    expect(existsSync(embedded.dataDir)).toBe(false);
  });
});
