import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache } from '#cache';
import { Database } from '#database';
import { NotFoundError, isTenantId } from '#kernel';
import { TenantRepository } from './tenant.repository.js';
import type { Tenant } from './tenant.js';

const mostTenants = 200_000;

/** Tenants by id, from the coherent cache. */
@Injectable()
export class TenantReader {
  private readonly part: CachePart<Tenant>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: TenantRepository,
  ) {
    this.part = cache.part('tenant', (id) => this.load(id), { maxEntries: mostTenants });
  }

  /** What is held: the tenant, null when there is known to be none, undefined when nothing is held. */
  peek(tenantId: string): Tenant | null | undefined {
    const entry = this.part.peek(tenantId);
    return entry ? entry.value : entry;
  }

  async find(tenantId: string): Promise<Tenant | null> {
    return isTenantId(tenantId) ? ((await this.part.get(tenantId))?.value ?? null) : null;
  }

  /** @throws NotFoundError */
  async get(tenantId: string): Promise<Tenant> {
    const tenant = await this.find(tenantId);
    if (!tenant) throw new NotFoundError('There is no such tenant.');
    return tenant;
  }

  /** Calls the listener with the id of every tenant whose held copy was replaced or dropped. */
  onChange(listener: (tenantId: string) => void): void {
    this.part.onChange(listener);
  }

  private load(tenantId: string): ReturnType<TenantRepository['find']> {
    return this.database.readAsTenant(tenantId, () => this.repository.find(tenantId));
  }
}
