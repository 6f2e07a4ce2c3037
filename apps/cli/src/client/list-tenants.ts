import type { AttuneClient } from './attune-client.js';

/** A tenant in the platform's list. */
export interface TenantSummary {
  readonly tenant_id: string;
  readonly name: string;
  readonly plan: string;
  readonly approval_required: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: 'active' | 'suspended';
}

/** Every tenant, over all pages. */
export async function listTenants(client: AttuneClient): Promise<TenantSummary[]> {
  const tenants: TenantSummary[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await client.get<{ items: TenantSummary[]; next_cursor: string | null }>(
      `/v1/platform/tenants?limit=200${after}`,
    );
    tenants.push(...body.items);
    cursor = body.next_cursor;
  } while (cursor !== null);
  return tenants;
}

/** The path of a tenant's configuration with the source of every setting and the tenant's own settings. */
export function configurationPath(tenantId: string): string {
  return `/v1/platform/tenants/${encodeURIComponent(tenantId)}/config?include=sources`;
}
