import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned } from '#cache';
import { Database, allTenants } from '#database';
import { TenantNotFoundError, isTenantId } from '#kernel';
import { TenantRepository } from './tenant.repository.js';
import type { Tenant } from './tenant.js';

const maxCachedTenants = 200_000;

/** Tenants by id, from the coherent cache. */
@Injectable()
export class TenantReader {
  private readonly region: CacheRegion<Tenant>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: TenantRepository,
  ) {
    this.region = cache.region('tenant', (ids) => this.load(ids), {
      maxEntries: maxCachedTenants,
      fallback: fallbackTenant,
    });
  }

  /** What is held: the tenant, null when there is known to be none, undefined when nothing is held. */
  peek(tenantId: string): Tenant | null | undefined {
    const entry = this.region.peek(tenantId);
    return entry ? entry.value : entry;
  }

  async find(tenantId: string): Promise<Tenant | null> {
    return isTenantId(tenantId) ? ((await this.region.get(tenantId))?.value ?? null) : null;
  }

  /** @throws NotFoundError */
  async get(tenantId: string): Promise<Tenant> {
    const tenant = await this.find(tenantId);
    if (!tenant) throw new TenantNotFoundError();
    return tenant;
  }

  /** Whether this is the tenant as it is now, as far as is known. */
  isCurrent(tenant: Tenant): boolean {
    return this.region.isCurrent(tenant.tenant_id, tenant);
  }

  /** Holds these tenants, read in one query. */
  async preload(tenantIds: readonly string[]): Promise<void> {
    for (const [id, tenant] of await this.load(tenantIds)) this.region.put(id, tenant);
  }

  /** Calls the listener with the id of every tenant whose held copy was replaced or dropped. */
  onChange(listener: (tenantId: string) => void): void {
    this.region.onChange(listener);
  }

  private async load(tenantIds: readonly string[]): Promise<Map<string, Versioned<Tenant>>> {
    const found = await this.database.readAsPlatform(allTenants, () => this.repository.findMany(tenantIds));
    return new Map(found.map((tenant) => [tenant.value.tenant_id, tenant]));
  }
}

/**
 * Whoever has a credential that can be checked without the database has a tenant; while nothing of it can be known, it is
 * taken for the least there is.
 */
function fallbackTenant(tenantId: string): Versioned<Tenant> {
  const created_at = new Date(0).toISOString();
  const rest = { approval_required: false, verified_domain: null, created_at };
  return {
    version: 0,
    value: { tenant_id: tenantId, name: tenantId, plan: 'basic', status: 'active', ...rest },
  };
}
