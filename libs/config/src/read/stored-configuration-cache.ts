import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type DerivedValues, type Versioned } from '#cache';
import { Database, allTenants } from '#database';
import { Metrics } from '#telemetry';
import { ConfigurationRepository, type StoredConfiguration } from '../storage/configuration.repository.js';
import { ReadMetrics } from './read-metrics.js';

/** The capacity of the cache. */
export const maxCachedConfigurations = 200_000;

/** The stored configurations by tenant, from the coherent cache. */
@Injectable()
export class StoredConfigurationCache {
  private readonly region: CacheRegion<StoredConfiguration>;
  private readonly readMetrics: ReadMetrics;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: ConfigurationRepository,
    metrics: Metrics,
  ) {
    this.region = cache.region('configuration', (ids) => this.load(ids), {
      maxEntries: maxCachedConfigurations,
      fallback: emptyConfiguration,
    });
    this.readMetrics = new ReadMetrics(metrics, this.region);
  }

  /** Null when there is no such tenant. */
  async find(tenantId: string): Promise<StoredConfiguration | null> {
    return (await this.region.get(tenantId))?.value ?? null;
  }

  /** Loads the configurations of these tenants in one query. */
  async preload(tenantIds: readonly string[]): Promise<void> {
    for (const [id, stored] of await this.load(tenantIds)) this.region.put(id, stored);
  }

  /** Caches a configuration that was just committed. */
  put(stored: StoredConfiguration): void {
    this.region.put(stored.tenant_id, { version: stored.version, value: stored });
  }

  /** True when this replica has at least this version. Loads it from the database if necessary. */
  async ensureVersion(tenantId: string, version: number): Promise<boolean> {
    if (this.hasVersion(tenantId, version)) return true;
    await this.region.reload(tenantId);
    return this.hasVersion(tenantId, version);
  }

  /** Only the cached version counts, because the next read is served from the cache. */
  private hasVersion(tenantId: string, version: number): boolean {
    return (this.region.peek(tenantId)?.version ?? -1) >= version;
  }

  /** Calls the listener with the id of every tenant whose cached configuration was replaced or dropped. */
  onChange(listener: (tenantId: string) => void): void {
    this.region.onChange(listener);
  }

  /** A store for values that are computed from a configuration once. */
  derivedValues<Made>(): DerivedValues<StoredConfiguration, Made> {
    return this.region.derivedValues();
  }

  private async load(tenantIds: readonly string[]): Promise<Map<string, Versioned<StoredConfiguration>>> {
    const read = () => this.repository.findMany(tenantIds);
    const configurations = await this.readMetrics.measureLoad(() =>
      this.database.readAsPlatform(allTenants, read),
    );
    return new Map(configurations.map((stored) => [stored.value.tenant_id, stored]));
  }
}

/** Used while neither the database nor a copy can be read. */
function emptyConfiguration(tenantId: string): Versioned<StoredConfiguration> {
  const epoch = new Date(0).toISOString();
  const rest = {
    last_modified_by_role: 'system',
    updated_by: 'system',
    created_at: epoch,
    updated_at: epoch,
  };
  return {
    version: 0,
    value: { tenant_id: tenantId, settings: {}, set_by: {}, override_allowed: true, version: 0, ...rest },
  };
}
