import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { useTenantScope } from '../scope/tenant-scope.js';

export type ChangeRequest = Schema<'ChangeRequestResponse'>;
export type ChangeRequestState = ChangeRequest['state'];

/** The newest change requests of the tenant, at most `limit`. The platform reads them from its own list. */
export function useChangeRequests(
  state: ChangeRequestState | undefined,
  limit: number,
): UseQueryResult<Schema<'ChangeRequestPage'>> {
  const scope = useTenantScope();
  const query = { limit, ...(state && { state }) };
  return useQuery({
    queryKey: [...scope.key, '/v1/config/change-requests', query],
    queryFn: async ({ signal }) => {
      const { data } = scope.isPlatform
        ? await call('get', '/v1/platform/change-requests', {
            query: { ...query, tenant_id: scope.tenantId },
            signal,
          })
        : await scope.call('get', '/v1/config/change-requests', { query, signal });
      return data;
    },
  });
}
