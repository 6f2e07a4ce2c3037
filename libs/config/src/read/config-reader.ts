import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache } from '#cache';
import { Database } from '#database';
import { NotFoundError } from '#kernel';
import type { Tenant } from '#tenancy';
import { ConfigurationRepository, type StoredConfiguration } from '../configuration.repository.js';
import { type CompiledArms, compileArms, configurationFor } from '../rollouts/compile-arms.js';
import { RunningRollouts } from '../rollouts/running-rollouts.js';
import type { CompiledConfiguration, Parts } from './compiled-configuration.js';
import { SharedParts } from './shared-parts.js';

interface Kept extends CompiledArms {
  /** The generation of what all tenants share, at the time of compiling. */
  readonly generation: number;
}

const mostTenants = 200_000;

/**
 * A tenant's configuration as it is now. Warm, it is one look-up; it is compiled anew, from parts in memory, when one of the
 * parts that it was made from changed.
 */
@Injectable()
export class ConfigReader {
  private readonly compiled = new Map<string, Kept>();
  private readonly configurations: CachePart<StoredConfiguration>;
  private generation = 0;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: ConfigurationRepository,
    private readonly shared: SharedParts,
    private readonly rollouts: RunningRollouts,
  ) {
    this.configurations = cache.part('configuration', (id) => this.load(id), { maxEntries: mostTenants });
    this.configurations.onChange((tenantId) => this.compiled.delete(tenantId));
    shared.onTenantChange((tenantId) => this.compiled.delete(tenantId));
    shared.onCommonChange(() => (this.generation += 1));
    rollouts.onChange(() => (this.generation += 1));
  }

  /** @throws NotFoundError when there is no such tenant. */
  current(tenantId: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    const kept = this.compiled.get(tenantId);
    if (kept?.generation === this.generation) return kept.configuration;
    return this.compileCurrent(tenantId).then(({ configuration }) => configuration);
  }

  /**
   * What a query is answered under: while a rollout splits the tenant's queries, the arm of who asks. `subject` is that
   * person's id, or the credential's own.
   *
   * @throws NotFoundError when there is no such tenant.
   */
  forQuery(tenantId: string, subject: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    const kept = this.compiled.get(tenantId);
    if (kept?.generation === this.generation) return configurationFor(kept, subject);
    return this.compileCurrent(tenantId).then((compiled) => configurationFor(compiled, subject));
  }

  /** What a writer committed, so that the next read on this replica needs no load; returns it compiled. */
  async install(stored: StoredConfiguration): Promise<CompiledConfiguration> {
    this.configurations.put(stored.tenant_id, { version: stored.version, value: stored });
    const parts = await this.partsFor(stored);
    return compileArms(parts, await this.rollouts.current()).configuration;
  }

  /** The parts as they are now, around a configuration that was just read from the database. */
  partsFor(stored: StoredConfiguration): Promise<Parts> {
    return this.shared.around(stored);
  }

  private async compileCurrent(tenantId: string): Promise<CompiledArms> {
    const { generation } = this;
    const entry = await this.configurations.get(tenantId);
    if (!entry) throw new NotFoundError('There is no such tenant.');
    const parts = await this.partsFor(entry.value);
    const running = await this.rollouts.current();
    const compiled = compileArms(parts, running);
    const isCurrent = this.isStill(entry.version, parts.tenant) && this.rollouts.isStill(running);
    if (isCurrent) this.compiled.set(tenantId, { ...compiled, generation });
    return compiled;
  }

  /** What changed while the parts came together must not be kept: its notice has gone by already. */
  private isStill(version: number, tenant: Tenant): boolean {
    const isCurrent = this.configurations.peek(tenant.tenant_id)?.version === version;
    return isCurrent && this.shared.isStill(tenant);
  }

  private load(tenantId: string): ReturnType<ConfigurationRepository['find']> {
    return this.database.readAsTenant(tenantId, () => this.repository.find(tenantId));
  }
}
