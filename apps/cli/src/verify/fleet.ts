import type { EffectiveSettings } from '#config';
import { inParallel } from '../code/in-parallel.js';
import { RefusedError, type Server } from '../server/server.js';
import { type ListedTenant, allTenants, configurationPath } from '../server/tenants.js';
import type { PlanRules, TenantConfiguration } from './classes.js';

/** The tenants that can be asked, as they are configured. */
export interface Fleet {
  readonly tenants: readonly TenantConfiguration[];
  /** Suspended tenants: nobody is answered for them. */
  readonly suspended: number;
}

interface Shown extends EffectiveSettings {
  readonly sources: Readonly<Record<string, string>>;
  readonly own: Readonly<Record<string, unknown>>;
}

export async function readFleet(server: Server, concurrency: number): Promise<Fleet> {
  const listed = await allTenants(server);
  const active = listed.filter(({ status }) => status === 'active');
  const plans = await allPlans(server);
  const pace = { concurrency, what: 'reading configurations' };
  const read = await inParallel(active, pace, (tenant) => configurationOf(server, tenant, plans));
  return { tenants: read.filter((one) => one !== null), suspended: listed.length - active.length };
}

async function allPlans(server: Server): Promise<Map<string, PlanRules>> {
  const { body } = await server.get<{ items: (PlanRules & { id: string })[] }>(
    '/v1/platform/plans?limit=200',
  );
  return new Map(body.items.map((plan) => [plan.id, plan]));
}

/** null: the tenant was deleted meanwhile. */
async function configurationOf(
  server: Server,
  { tenant_id: tenantId, plan }: ListedTenant,
  plans: ReadonlyMap<string, PlanRules>,
): Promise<TenantConfiguration | null> {
  try {
    const { body } = await server.get<Shown>(configurationPath(tenantId));
    const { sources, own, ...settings } = body;
    return { tenantId, settings, sources, own, plan: plans.get(plan) ?? { defaults: {}, ceilings: {} } };
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return null;
    throw error;
  }
}
