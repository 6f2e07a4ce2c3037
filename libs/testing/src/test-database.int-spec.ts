import { Client } from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './test-database.js';

let databases: TestDatabase[] = [];

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function droppedAfterwards(database: Promise<TestDatabase>): Promise<TestDatabase> {
  databases.push(await database);
  return database;
}

const attributes =
  'SELECT rolname, rolsuper, rolbypassrls, rolinherit, rolcreaterole FROM pg_roles WHERE rolname = current_user';

describe('createTestDatabase', () => {
  afterEach(async () => {
    await Promise.all(databases.map((database) => database.drop()));
    databases = [];
  });

  it('creates a login for the application without privileges of its own', async () => {
    const { url } = await droppedAfterwards(createEmptyDatabase());
    expect(await query(url, attributes)).toEqual([
      {
        rolname: 'attune_app',
        rolsuper: false,
        rolbypassrls: false,
        rolinherit: false,
        rolcreaterole: false,
      },
    ]);
  });

  it('belongs to an owner who may create roles and is not a superuser', async () => {
    const { migrationUrl } = await droppedAfterwards(createEmptyDatabase());
    expect(await query(migrationUrl, attributes)).toMatchObject([
      { rolname: 'attune_owner', rolsuper: false, rolbypassrls: false, rolcreaterole: true },
    ]);
    await query(migrationUrl, 'CREATE TABLE made_by_owner (id integer)');
  });

  it('migrates the database, and no other test sees what is written to it', async () => {
    const [one, two] = await Promise.all([
      droppedAfterwards(createTestDatabase()),
      droppedAfterwards(createTestDatabase()),
    ]);
    await query(one.superuserUrl, 'CREATE TABLE only_here (id integer)');
    const tables = `SELECT tablename FROM pg_tables WHERE tablename IN ('tenants', 'only_here') ORDER BY 1`;
    expect(await query(one.superuserUrl, tables)).toEqual([
      { tablename: 'only_here' },
      { tablename: 'tenants' },
    ]);
    expect(await query(two.superuserUrl, tables)).toEqual([{ tablename: 'tenants' }]);
  });

  it('can drop the database while a client is connected', async () => {
    const database = await createEmptyDatabase();
    const client = new Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    await database.drop();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});
