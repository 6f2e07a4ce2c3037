import type { Server } from './server.js';

/** A tenant as the platform lists it. */
export interface ListedTenant {
  readonly tenant_id: string;
  readonly plan: string;
  readonly status: 'active' | 'suspended';
}

/** Every tenant, over all pages. */
export async function allTenants(server: Server): Promise<ListedTenant[]> {
  const tenants: ListedTenant[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await server.get<{ items: ListedTenant[]; next_cursor: string | null }>(
      `/v1/platform/tenants?limit=200${after}`,
    );
    tenants.push(...body.items);
    cursor = body.next_cursor;
  } while (cursor !== null);
  return tenants;
}

/** A tenant's configuration, with the layer of every setting and what the tenant itself stores. */
export function configurationPath(tenantId: string): string {
  return `/v1/platform/tenants/${encodeURIComponent(tenantId)}/config?include=sources`;
}
