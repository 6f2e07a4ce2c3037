import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned } from '#cache';
import { Database, allTenants } from '#database';
import { TenantNotFoundError, isTenantId } from '#kernel';
import { TenantRepository } from './tenant.repository.js';
import type { Tenant } from './tenant.entity.js';

const maxCachedTenants = 200_000;

/**
 * Tenants by id, from the coherent cache.
 *
 * ```ts
 * const tenant = tenantReader.peek('acme-law') ?? (await tenantReader.get('acme-law'));
 * ```
 */
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

  /** The cached tenant, synchronously. Null: there is no such tenant. Undefined: not cached. */
  peek(tenantId: string): Tenant | null | undefined {
    const entry = this.region.peek(tenantId);
    return entry ? entry.value : entry;
  }

  /**
   * The tenant, from the database if it is not cached; null when there is none. While the database is unreachable and no copy
   * exists, an active tenant on the basic plan.
   */
  async find(tenantId: string): Promise<Tenant | null> {
    return isTenantId(tenantId) ? ((await this.region.get(tenantId))?.value ?? null) : null;
  }

  /** Like `find`. @throws TenantNotFoundError when there is no such tenant. */
  async get(tenantId: string): Promise<Tenant> {
    const tenant = await this.find(tenantId);
    if (!tenant) throw new TenantNotFoundError();
    return tenant;
  }

  /** True while this tenant is the one in the cache, and not known to be stale. */
  isCurrent(tenant: Tenant): boolean {
    return this.region.isCurrent(tenant.tenant_id, tenant);
  }

  /** Loads these tenants into the cache with one query. */
  async preload(tenantIds: readonly string[]): Promise<void> {
    for (const [id, tenant] of await this.load(tenantIds)) this.region.put(id, tenant);
  }

  /** Calls the listener with the id of every tenant whose cached copy was replaced or dropped. */
  onChange(listener: (tenantId: string) => void): void {
    this.region.onChange(listener);
  }

  private async load(tenantIds: readonly string[]): Promise<Map<string, Versioned<Tenant>>> {
    const found = await this.database.readAsPlatform(allTenants, () => this.repository.findMany(tenantIds));
    return new Map(found.map((tenant) => [tenant.value.tenant_id, tenant]));
  }
}

/**
 * While the database is unreachable and no copy exists, assume an active tenant on the basic plan: its credential was checked
 * without the database, so the tenant exists.
 */
function fallbackTenant(tenantId: string): Versioned<Tenant> {
  const created_at = new Date(0).toISOString();
  const rest = { approval_required: false, labels: {}, verified_domain: null, created_at };
  return {
    version: 0,
    value: { tenant_id: tenantId, name: tenantId, plan: 'basic', status: 'active', ...rest },
  };
}
