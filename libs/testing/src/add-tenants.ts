import { Client } from 'pg';
import type { TestDatabase } from './test-database.js';

/** Adds tenants quickly by SQL: `<prefix>-00001` and so on. */
export async function addTenants(
  { superuserUrl }: TestDatabase,
  prefix: string,
  count: number,
  plan = 'pro',
): Promise<string[]> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  const sql = `INSERT INTO tenants (tenant_id, name, plan)
    SELECT $1 || '-' || lpad(n::text, 5, '0'), 'Tenant', $3 FROM generate_series(1, $2::int) n RETURNING tenant_id`;
  try {
    const { rows } = await client.query<{ tenant_id: string }>(sql, [prefix, count, plan]);
    return rows.map(({ tenant_id: id }) => id);
  } finally {
    await client.end();
  }
}
