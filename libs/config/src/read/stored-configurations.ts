import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache, type Derivations, type Versioned } from '#cache';
import { Database, allTenants } from '#database';
import { Metrics } from '#telemetry';
import { ConfigurationRepository, type StoredConfiguration } from '../configuration.repository.js';
import { ReadMetrics } from './read-metrics.js';

const mostTenants = 200_000;

/** What tenants store, by tenant, from the coherent cache. */
@Injectable()
export class StoredConfigurations {
  private readonly part: CachePart<StoredConfiguration>;
  private readonly metrics: ReadMetrics;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: ConfigurationRepository,
    metrics: Metrics,
  ) {
    this.part = cache.part('configuration', (ids) => this.load(ids), {
      maxEntries: mostTenants,
      safe: nothingStored,
    });
    this.metrics = new ReadMetrics(metrics, this.part);
  }

  /** Null when there is no such tenant. */
  async find(tenantId: string): Promise<StoredConfiguration | null> {
    return (await this.part.get(tenantId))?.value ?? null;
  }

  /** Holds what these tenants store, read in one query. */
  async warm(tenantIds: readonly string[]): Promise<void> {
    for (const [id, stored] of await this.load(tenantIds)) this.part.put(id, stored);
  }

  /** What a writer committed. */
  put(stored: StoredConfiguration): void {
    this.part.put(stored.tenant_id, { version: stored.version, value: stored });
  }

  /** Whether at least this version is held, be it that the database is asked for it. */
  async hasReached(tenantId: string, version: number): Promise<boolean> {
    if (this.holds(tenantId, version)) return true;
    await this.part.reload(tenantId);
    return this.holds(tenantId, version);
  }

  /** What is read next must not be less than what was found here, so that nothing but what is held counts. */
  private holds(tenantId: string, version: number): boolean {
    return (this.part.peek(tenantId)?.version ?? -1) >= version;
  }

  /** For what is made of them; made once. */
  derivations<Made>(): Derivations<StoredConfiguration, Made> {
    return this.part.derivations();
  }

  private async load(tenantIds: readonly string[]): Promise<Map<string, Versioned<StoredConfiguration>>> {
    const read = () => this.repository.findMany(tenantIds);
    const found = await this.metrics.timed(() => this.database.readAsPlatform(allTenants, read));
    return new Map(found.map((stored) => [stored.value.tenant_id, stored]));
  }
}

/** While nothing can be known of what the tenant has set. */
function nothingStored(tenantId: string): Versioned<StoredConfiguration> {
  const longAgo = new Date(0).toISOString();
  const rest = {
    last_modified_by_role: 'system',
    updated_by: 'system',
    created_at: longAgo,
    updated_at: longAgo,
  };
  return {
    version: 0,
    value: { tenant_id: tenantId, settings: {}, set_by: {}, override_allowed: true, version: 0, ...rest },
  };
}
