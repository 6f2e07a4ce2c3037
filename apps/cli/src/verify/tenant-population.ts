import type { TenantSettings } from '#settings';
import { runConcurrently } from '../terminal/run-concurrently.js';
import { ApiError, type AttuneClient } from '../client/attune-client.js';
import { type TenantSummary, listTenants, configurationPath } from '../client/list-tenants.js';
import type { PlanRules, TenantConfiguration } from './configuration-groups.js';

/** The tenants that can be asked, with their configurations. */
export interface TenantPopulation {
  readonly tenants: readonly TenantConfiguration[];
  /** Number of suspended tenants, which cannot be asked. */
  readonly suspended: number;
}

interface ConfigurationResponse extends TenantSettings {
  readonly sources: Readonly<Record<string, string>>;
  readonly own: Readonly<Record<string, unknown>>;
}

export async function readPopulation(client: AttuneClient, concurrency: number): Promise<TenantPopulation> {
  const listed = await listTenants(client);
  const active = listed.filter(({ status }) => status === 'active');
  const plans = await readPlans(client);
  const options = { concurrency, what: 'reading configurations' };
  const read = await runConcurrently(active, options, (tenant) => readConfiguration(client, tenant, plans));
  return { tenants: read.filter((one) => one !== null), suspended: listed.length - active.length };
}

async function readPlans(client: AttuneClient): Promise<Map<string, PlanRules>> {
  const { body } = await client.get<{ items: (PlanRules & { id: string })[] }>(
    '/v1/platform/plans?limit=200',
  );
  return new Map(body.items.map((plan) => [plan.id, plan]));
}

/** null: the tenant was deleted meanwhile. */
async function readConfiguration(
  client: AttuneClient,
  { tenant_id: tenantId, plan }: TenantSummary,
  plans: ReadonlyMap<string, PlanRules>,
): Promise<TenantConfiguration | null> {
  try {
    const { body } = await client.get<ConfigurationResponse>(configurationPath(tenantId));
    const { sources, own, ...settings } = body;
    return { tenantId, settings, sources, own, plan: plans.get(plan) ?? { defaults: {}, ceilings: {} } };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
