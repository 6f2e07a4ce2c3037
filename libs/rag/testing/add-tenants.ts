import type { Database } from '#database';

export async function addTenants(database: Database, ...tenantIds: string[]): Promise<void> {
  for (const tenantId of tenantIds) {
    await database.asPlatform(tenantId, () =>
      database.query('INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, $1, $2)', [tenantId, 'pro']),
    );
  }
}
