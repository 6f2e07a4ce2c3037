import { Client } from 'pg';
import type { TestDatabase } from '../test-database.js';
import type { HistoryEntry } from './history.js';

interface HistoryRow extends HistoryEntry {
  readonly tenant_id: string;
}

/** Every tenant's `max_tokens` by version, as the database's own history has it; `inherited` where it sets none. */
export async function readFinalEntries(
  database: TestDatabase,
  inherited = 1_000,
): Promise<Map<string, HistoryEntry[]>> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<HistoryRow>(
      `SELECT tenant_id, version::int, coalesce((settings->>'max_tokens')::int, $1) AS value
       FROM tenant_configuration_history ORDER BY tenant_id, version`,
      [inherited],
    );
    const byTenant = Map.groupBy(rows, ({ tenant_id: tenant }) => tenant);
    return new Map(
      [...byTenant].map(([tenant, tenantRows]) => [
        tenant,
        tenantRows.map(({ version, value }) => ({ version, value })),
      ]),
    );
  } finally {
    await client.end();
  }
}
