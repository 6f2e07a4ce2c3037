import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { type TenantFilter, toTenantsQuery } from './tenant-filter.js';

/** The beginning of the keys of what the page remembers of lists of tenants. Invalidate it after a tenant was changed. */
export const tenantsKey = ['/v1/platform/tenants'] as const;

/** The tenants of a filter, 200 at a time; the first page counts all that match. */
export function useTenants(filter: TenantFilter) {
  const query = { ...toTenantsQuery(filter), include: 'count' as const };
  return usePlatformPages('/v1/platform/tenants', { query, limit: 200 });
}

/** All plans; they are few. */
export function usePlans() {
  return useQuery({
    queryKey: ['/v1/platform/plans', 'ids'],
    queryFn: async () => (await call('get', '/v1/platform/plans', { query: { limit: 200 } })).data,
    staleTime: 60_000,
  });
}

/** The ids of all plans. */
export function usePlanIds(): readonly string[] {
  return usePlans().data?.items.map(({ id }) => id) ?? [];
}
