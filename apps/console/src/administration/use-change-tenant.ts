import { useQuery, useQueryClient } from '@tanstack/react-query';
import { notifyDone } from '../act/notify.js';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { tenantTexts } from '../tenants/tenants.texts.js';
import { tenantsKey } from '../tenants/use-tenants.js';
import { texts } from './administration.texts.js';

const path = '/v1/platform/tenants/{tenant_id}';

export type Tenant = Schema<'TenantResponse'>;
export type TenantChange = Schema<'TenantChangeRequest'>;

export function useTenant(tenantId: string, isEnabled = true) {
  return useQuery({
    queryKey: ['tenant', tenantId, 'itself'],
    queryFn: async ({ signal }) =>
      (await call('get', path, { params: { tenant_id: tenantId }, signal })).data,
    enabled: isEnabled,
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
  const requestOf = (body: TenantChange) => ({ method: 'PATCH', url: toUrl(path, params), body });
  /** Changes the tenant and says what it did; with `undo`, the way back. */
  const change = async (body: TenantChange, message: string, undo?: TenantChange): Promise<void> => {
    const { status } = await call('patch', path, { params, body });
    await refresh();
    const isDone = status !== 202;
    notifyDone({
      message: isDone ? message : tenantTexts.waits,
      request: requestOf(body),
      ...(isDone && undo && { onUndo: () => change(undo, texts.undone) }),
    });
  };
  const removal = { method: 'DELETE', url: toUrl(path, params) };
  return {
    requestOf,
    change,
    async remove(): Promise<void> {
      await call('delete', path, { params });
      client.removeQueries({ queryKey: ['tenant', tenantId] });
      await client.invalidateQueries({ queryKey: tenantsKey });
      notifyDone({ message: texts.deletion.done(tenantId), request: removal });
    },
    removal,
  };
}
