import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { isPlatformSession, useSession } from '../session/session-context.js';

/** What stands in the header of every screen of a tenant. */
export interface TenantHead {
  readonly version: number;
  /** How fresh the replica knows it: `live`, `stale` and so on. */
  readonly source: string;
  readonly isOverrideAllowed: boolean;
}

/** The newest version of a tenant. All screens share one read, every 30 seconds and after each change. */
export function useTenantHead(tenantId: string): UseQueryResult<TenantHead> {
  const isPlatform = isPlatformSession(useSession());
  return useQuery({
    queryKey: ['tenant', tenantId, 'head'],
    queryFn: () => readHead(tenantId, isPlatform),
    refetchInterval: 30_000,
  });
}

async function readHead(tenantId: string, isPlatform: boolean): Promise<TenantHead> {
  const { data, headers } = isPlatform
    ? await call('get', '/v1/platform/tenants/{tenant_id}/config', { params: { tenant_id: tenantId } })
    : await call('get', '/v1/config');
  return {
    version: data.version,
    source: headers.get('attune-config-source') ?? 'live',
    isOverrideAllowed: data.override_allowed,
  };
}
