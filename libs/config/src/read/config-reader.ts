import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache, type Derivations, type Source, type Versioned } from '#cache';
import { Database, allTenants } from '#database';
import { NotFoundError } from '#kernel';
import { ConfigurationRepository, type StoredConfiguration } from '../configuration.repository.js';
import { type CompiledArms, compileArms, configurationFor } from '../rollouts/compile-arms.js';
import { RunningRollouts } from '../rollouts/running-rollouts.js';
import type { CompiledConfiguration, Parts } from './compiled-configuration.js';
import { SharedParts } from './shared-parts.js';

const mostTenants = 200_000;

/**
 * A tenant's configuration as it is now. Warm, it is one look-up; it is compiled anew, from parts in memory, when one of the
 * parts that it was made from changed. While the database is away it is what was held last, else what was last known to be
 * good, else Attune's defaults: `sourceOf` says which.
 */
@Injectable()
export class ConfigReader {
  private readonly stored: CachePart<StoredConfiguration>;
  private readonly compiled: Derivations<StoredConfiguration, CompiledArms>;

  constructor(
    private readonly cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: ConfigurationRepository,
    private readonly shared: SharedParts,
    private readonly rollouts: RunningRollouts,
  ) {
    this.stored = cache.part('configuration', (ids) => this.load(ids), {
      maxEntries: mostTenants,
      safe: nothingStored,
    });
    this.compiled = this.stored.derivations();
    shared.onTenantChange((tenantId) => this.compiled.drop(tenantId));
    shared.onCommonChange(() => this.compiled.dropAll());
    rollouts.onChange(() => this.compiled.dropAll());
  }

  /** @throws NotFoundError when there is no such tenant. */
  current(tenantId: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    const warm = this.compiled.get(tenantId);
    if (warm !== undefined) return warm.configuration;
    return this.compileCurrent(tenantId).then(({ configuration }) => configuration);
  }

  /**
   * What a query is answered under: while a rollout splits the tenant's queries, the arm of who asks. `subject` is that
   * person's id, or the credential's own.
   *
   * @throws NotFoundError when there is no such tenant.
   */
  forQuery(tenantId: string, subject: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    const warm = this.compiled.get(tenantId);
    if (warm !== undefined) return configurationFor(warm, subject);
    return this.compileCurrent(tenantId).then((compiled) => configurationFor(compiled, subject));
  }

  /** What the configuration is worth just now, as `Attune-Config-Source` says it. */
  sourceOf({ origin }: CompiledConfiguration): Source {
    return this.cache.sourceOf(origin);
  }

  /** What a writer committed, so that the next read on this replica needs no load; returns it compiled. */
  async install(stored: StoredConfiguration): Promise<CompiledConfiguration> {
    this.stored.put(stored.tenant_id, { version: stored.version, value: stored });
    const parts = await this.partsFor(stored);
    return compileArms(parts, await this.rollouts.current()).configuration;
  }

  /** Takes what a warm-up has just read. */
  warm(configurations: readonly Versioned<StoredConfiguration>[]): void {
    for (const one of configurations) this.stored.put(one.value.tenant_id, one);
  }

  /** Whether the version held, or else the database's own, is at least this one. */
  async hasReached(tenantId: string, version: number): Promise<boolean> {
    const held = this.stored.peek(tenantId);
    if (held && held.version >= version) return true;
    const loaded = await this.stored.reload(tenantId);
    return loaded !== null && loaded.version >= version;
  }

  /** The parts as they are now, around a configuration that was just read from the database. */
  async partsFor(stored: StoredConfiguration): Promise<Parts> {
    const parts = await this.shared.around(stored);
    return { ...parts, origin: this.cache.originOf(Object.values(parts)) };
  }

  /** What changed while the parts came together is not kept: its notice has gone by already. */
  private async compileCurrent(tenantId: string): Promise<CompiledArms> {
    const since = this.compiled.now();
    const entry = await this.stored.get(tenantId);
    if (!entry) throw new NotFoundError('There is no such tenant.');
    const parts = await this.partsFor(entry.value);
    const running = await this.rollouts.current();
    const compiled = compileArms(parts, running);
    const isCurrent = this.shared.areStill(parts) && this.rollouts.isStill(running);
    if (isCurrent) this.compiled.keep(tenantId, entry.value, compiled, since);
    return compiled;
  }

  private async load(tenantIds: readonly string[]): Promise<Map<string, Versioned<StoredConfiguration>>> {
    const found = await this.database.readAsPlatform(allTenants, () => this.repository.findMany(tenantIds));
    return new Map(found.map((one) => [one.value.tenant_id, one]));
  }
}

/** While nothing can be known of what the tenant has set. */
function nothingStored(tenantId: string): Versioned<StoredConfiguration> {
  const longAgo = new Date(0).toISOString();
  return {
    version: 0,
    value: {
      tenant_id: tenantId,
      settings: {},
      set_by: {},
      override_allowed: true,
      version: 0,
      last_modified_by_role: 'system',
      updated_by: 'system',
      created_at: longAgo,
      updated_at: longAgo,
    },
  };
}
