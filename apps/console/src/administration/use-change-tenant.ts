import { useQuery, useQueryClient } from '@tanstack/react-query';
import { notifyDone } from '../act/notify.js';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { tenantsKey } from '../tenants/use-tenants.js';

const path = '/v1/platform/tenants/{tenant_id}';

export type Tenant = Schema<'TenantResponse'>;
export type TenantChange = Schema<'TenantChangeRequest'>;

export function useTenant(tenantId: string) {
  return useQuery({
    queryKey: ['tenant', tenantId, 'itself'],
    queryFn: async ({ signal }) =>
      (await call('get', path, { params: { tenant_id: tenantId }, signal })).data,
  });
}

/** The request that changes a tenant, for a sheet and to send it. */
export function useChangeTenant(tenantId: string) {
  const client = useQueryClient();
  const params = { tenant_id: tenantId };
  const refresh = async (): Promise<void> => {
    await Promise.all([
      client.invalidateQueries({ queryKey: tenantsKey }),
      client.invalidateQueries({ queryKey: ['tenant', tenantId] }),
    ]);
  };
  const change = async (body: TenantChange): Promise<boolean> => {
    const { status } = await call('patch', path, { params, body });
    await refresh();
    return status !== 202;
  };
  return {
    requestOf: (body: TenantChange) => ({ method: 'PATCH', url: toUrl(path, params), body }),
    /** Changes the tenant and says what it did; with `undo`, the way back. */
    async change(body: TenantChange, message: string, undo?: TenantChange): Promise<void> {
      const isDone = await change(body);
      notifyDone({
        message: isDone ? message : 'The change waits for the approval of another platform admin.',
        ...(isDone && undo && { onUndo: () => change(undo).then(() => notifyDone({ message: 'Undone.' })) }),
      });
    },
    async remove(): Promise<void> {
      await call('delete', path, { params });
      client.removeQueries({ queryKey: ['tenant', tenantId] });
      await client.invalidateQueries({ queryKey: tenantsKey });
      notifyDone({ message: `${tenantId} is deleted.` });
    },
    removal: { method: 'DELETE', url: toUrl(path, params) },
  };
}
