import { Client } from 'pg';
import type { TestDatabase } from '../test-database.js';
import type { Entry } from './history.js';

interface Row extends Entry {
  readonly tenant_id: string;
}

/** Every tenant's `max_tokens` by version, as the database's own history has it; `inherited` where it sets none. */
export async function finalEntries(database: TestDatabase, inherited = 1_000): Promise<Map<string, Entry[]>> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(
      `SELECT tenant_id, version::int, coalesce((settings->>'max_tokens')::int, $1) AS value
       FROM tenant_configuration_history ORDER BY tenant_id, version`,
      [inherited],
    );
    const byTenant = Map.groupBy(rows, ({ tenant_id: tenant }) => tenant);
    return new Map(
      [...byTenant].map(([tenant, some]) => [tenant, some.map(({ version, value }) => ({ version, value }))]),
    );
  } finally {
    await client.end();
  }
}
