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

const rowsOfThePlatform =
  'rows of the platform have no tenant: on several servers they are a table of their own';
const foundBeforeTheTenant = 'an id of 64 random bits or more that is looked up before its tenant is known';

/** Keys without `tenant_id`, each with why, and what becomes of it on several servers. */
const exceptions: Readonly<Record<string, string>> = {
  api_keys_pkey: foundBeforeTheTenant,
  sessions_pkey: foundBeforeTheTenant,
  sessions_key_id_fkey: rowsOfThePlatform,
  audit_log_pkey: 'the log of all acts in one order, with acts that belong to no tenant',
  change_requests_pkey: 'platform admins decide by the id alone; it is random',
  idempotency_keys_pkey: rowsOfThePlatform,
  identity_connections_pkey: foundBeforeTheTenant,
  identity_connections_of_environment: rowsOfThePlatform,
  identity_mappings_pkey: rowsOfThePlatform,
  identity_mappings_connection_id_fkey: rowsOfThePlatform,
  tenants_plan_fkey: 'plans are the same everywhere: a reference table',
  tenants_verified_domain_key: 'a domain belongs to one tenant of all: it needs a table of domains',
  webhooks_pkey: rowsOfThePlatform,
  webhook_deliveries_pkey: rowsOfThePlatform,
  webhook_deliveries_told_once: rowsOfThePlatform,
  webhook_deliveries_webhook_id_fkey: rowsOfThePlatform,
};

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
