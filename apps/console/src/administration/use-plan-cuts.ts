import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { readExplained } from '../settings/explanation.js';
import { usePlans } from '../tenants/use-tenants.js';
import { type PlanCut, planCuts } from './plan-cuts.js';
import type { Tenant } from './use-change-tenant.js';

/** What the tenant's move to a plan would cut; undefined until it is known. Where it cannot be read, the API says it when asked to move. */
export function usePlanCuts({ tenant_id: id, plan }: Tenant, to: string): readonly PlanCut[] | undefined {
  const plans = usePlans();
  const inputs = useQuery({
    queryKey: ['tenant', id, 'plan-cuts'],
    queryFn: async ({ signal }) => {
      const params = { tenant_id: id };
      const query = { include: 'layers' } as const;
      const configuration = await call('get', '/v1/platform/tenants/{tenant_id}/config', {
        params,
        query,
        signal,
      });
      const models = await call('get', '/v1/platform/models', { query: { limit: 200 }, signal });
      return { own: readExplained(configuration.data).own, models: models.data.items };
    },
  });
  if (inputs.isError || plans.isError) return [];
  const find = (name: string) => plans.data?.items.find((each) => each.id === name);
  const target = find(to);
  if (!inputs.data || !target) return undefined;
  return planCuts({ ...inputs.data, from: find(plan), to: target });
}
