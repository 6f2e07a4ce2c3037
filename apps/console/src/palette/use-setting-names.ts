import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import type { SettingName } from './entries.js';

const hour = 3_600_000;

/** The settings of the tenant that is shown; none elsewhere. */
export function useSettingNames(tenantId: string | null): readonly SettingName[] {
  const isPlatform = isPlatformSession(useSession());
  const { data = [] } = useQuery({
    queryKey: ['palette', 'settings', tenantId],
    queryFn: () => readNames(tenantId!, isPlatform),
    enabled: tenantId !== null,
    staleTime: hour,
  });
  return data;
}

async function readNames(tenantId: string, isPlatform: boolean): Promise<readonly SettingName[]> {
  const { data } = isPlatform
    ? await call('get', '/v1/platform/tenants/{tenant_id}/config/schema', { params: { tenant_id: tenantId } })
    : await call('get', '/v1/config/schema');
  const { properties = {} } = data as {
    properties?: Record<string, { title?: string; type?: string | string[] }>;
  };
  return Object.entries(properties).map(([name, { title = name, type = [] }]) => ({
    name,
    title,
    types: [type].flat(),
  }));
}
