import { type Database, allTenants } from '#database';
import type { ApiClient } from '#testing';
import { benchmarkPlan, mixedSettings } from './configuration-mix.js';

/** Tenants per statement. */
const tenantsPerStatement = 2_000;

/** The id of a tenant, by its number from 1. */
export function benchTenant(number: number): string {
  return `bench-${number}`;
}

export function benchTenants(count: number): string[] {
  return Array.from({ length: count }, (_, index) => benchTenant(index + 1));
}

/** Adds the tenants 1 to `count` with the mixed configurations. */
export async function seedTenants(database: Database, count: number): Promise<void> {
  for (let first = 1; first <= count; first += tenantsPerStatement) {
    const numbers = Array.from(
      { length: Math.min(tenantsPerStatement, count - first + 1) },
      (_, index) => first + index,
    );
    await database.asPlatform(allTenants, () => insertTenants(database, numbers));
  }
}

interface TenantOptions {
  /** From 1. */
  readonly number?: number;
  readonly plan?: string;
}

/** Creates a tenant by the API, with the product's validation, and returns the key of its admin. */
export async function createTenant(
  platform: ApiClient,
  { number = 1, plan = benchmarkPlan }: TenantOptions = {},
): Promise<string> {
  const tenant = { tenant_id: benchTenant(number), name: 'Tenant', plan };
  const created = await platform.post<{ admin_key: { key: string } }>('/v1/platform/tenants', tenant);
  if (created.status !== 201) throw creationError(created.body);
  const { key } = created.body.admin_key;
  const patched = await platform.as(key).patch('/v1/config', mixedSettings(number));
  if (patched.status !== 200) throw creationError(patched.body);
  return key;
}

function creationError(body: unknown): Error {
  return new Error(`The tenant could not be created: ${JSON.stringify(body)}`);
}

async function insertTenants(database: Database, numbers: readonly number[]): Promise<void> {
  const ids = numbers.map(benchTenant);
  await database.query(
    "INSERT INTO tenants (tenant_id, name, plan) SELECT id, 'Tenant', $2 FROM unnest($1::text[]) id",
    [ids, benchmarkPlan],
  );
  const settings = numbers.map((number) => JSON.stringify(mixedSettings(number)));
  await database.query(
    `UPDATE tenant_configurations SET settings = mixed.settings::jsonb
     FROM unnest($1::text[], $2::text[]) AS mixed (id, settings) WHERE tenant_id = mixed.id`,
    [ids, settings],
  );
}
