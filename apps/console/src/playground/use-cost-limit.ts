import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { applyPatch } from '../draft/patch.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useExplained, useSettings } from '../settings/use-configuration.js';
import { type PricedModel, maxCostUsd } from './cost-limit.js';

type CostLimit = (patch: object, questionLengths: readonly number[]) => number | null;

const query = { limit: 200 };

/** Returns roughly the most that questions of these lengths cost, each asked once under the patch; null while that is not known. */
export function useCostLimit(): CostLimit {
  const explained = useExplained().data;
  const settings = useSettings().data?.settings;
  const models = useModelPrices();
  if (!explained || !settings || !models) return () => null;
  const inherited = new Map(settings.map(({ name, inherited: value }) => [name, value]));
  return (patch, questionLengths) => {
    // A reset setting has the value of the layer below.
    const changes = Object.entries(patch).map(([name, value]) => [name, value ?? inherited.get(name)]);
    const after = applyPatch(explained.effective, Object.fromEntries(changes) as never);
    return sumOf(questionLengths.map((length) => maxCostUsd(after, length, models)));
  };
}

/** The catalogue of the tenant's plan; the platform has no route for it, and reads that of all plans. */
function useModelPrices(): readonly PricedModel[] | undefined {
  const { isPlatform } = useTenantScope();
  const ofTenant = useTenantQuery('/v1/catalogue', { query, isEnabled: !isPlatform });
  const ofPlatform = useQuery({
    queryKey: ['/v1/platform/models', 'prices'],
    queryFn: async ({ signal }) => (await call('get', '/v1/platform/models', { query, signal })).data,
    enabled: isPlatform,
  });
  return isPlatform ? ofPlatform.data?.items : ofTenant.data?.items;
}

/** Null if one of the costs is not known. */
function sumOf(costs: readonly (number | null)[]): number | null {
  return costs.reduce((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0);
}
