/**
 * Could the tables be distributed by tenant (as Citus does)? Then every unique constraint and foreign key of a table with tenants'
 * rows must contain `tenant_id`: a server sees only its own tenants. Exceptions are named here with their reasons.
 */
import { testDatabases } from '#testing';
import type { Database } from '#database';

interface Key {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Without `tenant_id` on purpose. Docs/guide/sizing.md says what to do with them on several servers. */
const exceptions: Readonly<Record<string, string>> = {};

const keysSql = `
  WITH tenant_tables AS (
    SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p'))
  SELECT i.indexrelid::regclass::text AS name,
    ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) k JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k) AS columns
  FROM pg_index i WHERE i.indisunique AND i.indrelid IN (SELECT oid FROM tenant_tables)
  UNION ALL
  SELECT c.conname, ARRAY(SELECT a.attname::text FROM unnest(c.conkey) k JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k)
  FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid IN (SELECT oid FROM tenant_tables)
  ORDER BY 1`;

describe.each(testDatabases)('the keys of tenants’ tables on %s', (_name, open) => {
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => ({ database, close } = await open()));
  afterAll(() => close());

  it('all contain tenant_id, but for the exceptions that are named with their reason', async () => {
    const keys = await database.readGlobal(() => database.query<Key>(keysSql));
    const withoutTenant = keys
      .filter(({ columns }) => !columns.includes('tenant_id'))
      .map(({ name }) => name);
    expect(keys.length).toBeGreaterThan(40);
    expect(withoutTenant.toSorted()).toEqual(Object.keys(exceptions).toSorted());
  });
});
