import { Injectable } from '@nestjs/common';
import { CoherentCache, type Derivations, type Source } from '#cache';
import { TenantNotFoundError, UnavailableError } from '#kernel';
import type { StoredConfiguration } from '../configuration.repository.js';
import { compileArms, configurationFor } from '../rollouts/compile-arms.js';
import { RunningRollouts } from '../rollouts/running-rollouts.js';
import type { CompiledConfiguration, Parts } from './compiled-configuration.js';
import { SharedParts } from './shared-parts.js';
import { StoredConfigurations } from './stored-configurations.js';

/**
 * A tenant's configuration as it is now. Warm, it is one look-up; it is compiled anew, from parts in memory, when one of the
 * parts that it was made from changed. While the database is away it is what was held last, else what was last known to be
 * good, else Attune's defaults: `sourceOf` says which.
 */
@Injectable()
export class ConfigReader {
  private readonly compiled: Derivations<StoredConfiguration, CompiledConfiguration>;

  constructor(
    private readonly cache: CoherentCache,
    private readonly stored: StoredConfigurations,
    private readonly shared: SharedParts,
    private readonly rollouts: RunningRollouts,
  ) {
    this.compiled = stored.derivations();
    shared.onTenantChange((tenantId) => this.compiled.drop(tenantId));
    shared.onCommonChange(() => this.compiled.dropAll());
    rollouts.onChange(() => this.compiled.dropAll());
  }

  /** What is held and needs no work at all; undefined else. */
  warm(tenantId: string): CompiledConfiguration | undefined {
    return this.compiled.get(tenantId);
  }

  /** @throws NotFoundError when there is no such tenant. */
  current(tenantId: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    return this.warm(tenantId) ?? this.compileCurrent(tenantId);
  }

  /**
   * What a query is answered under: while a rollout splits the tenant's queries, the arm of who asks. `subject` is that
   * person's id, or the credential's own.
   *
   * @throws NotFoundError when there is no such tenant · DomainError `unavailable` when nothing can be known of it.
   */
  forQuery(tenantId: string, subject: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    const warm = this.warm(tenantId);
    if (warm !== undefined) return configurationFor(warm, subject);
    return this.compileCurrent(tenantId).then((compiled) => configurationFor(known(compiled), subject));
  }

  /** What a change would be laid over. @throws as `forQuery` */
  async known(tenantId: string): Promise<CompiledConfiguration> {
    return this.warm(tenantId) ?? known(await this.compileCurrent(tenantId));
  }

  /** What the configuration is worth just now, as `Attune-Config-Source` says it. */
  sourceOf({ parts }: CompiledConfiguration): Source {
    return this.cache.sourceOf(parts.origin);
  }

  /** What a writer committed, so that the next read on this replica needs no load; returns it compiled. */
  async install(stored: StoredConfiguration): Promise<CompiledConfiguration> {
    this.stored.put(stored);
    return compileArms(await this.partsFor(stored), await this.rollouts.current());
  }

  /** The parts as they are now, around a configuration that was just read from the database. */
  async partsFor(stored: StoredConfiguration): Promise<Parts> {
    const parts = await this.shared.around(stored);
    return { ...parts, origin: this.cache.originOf(Object.values(parts)) };
  }

  /** What changed while the parts came together is not kept: its notice has gone by already. */
  private async compileCurrent(tenantId: string): Promise<CompiledConfiguration> {
    const since = this.compiled.now();
    const stored = await this.stored.find(tenantId);
    if (!stored) throw new TenantNotFoundError();
    const parts = await this.partsFor(stored);
    const running = await this.rollouts.current();
    const compiled = compileArms(parts, running);
    const isCurrent = this.shared.areStill(parts) && this.rollouts.isStill(running);
    if (isCurrent) this.compiled.keep(tenantId, stored, compiled, since);
    return compiled;
  }
}

/** Attune's defaults in the place of what a tenant has set are good for a look, and for nothing that follows from them. */
function known(configuration: CompiledConfiguration): CompiledConfiguration {
  if (configuration.parts.origin !== 'defaults') return configuration;
  const message = 'The database is away, and nothing is known of the tenant here. Try again shortly.';
  throw new UnavailableError(message, 2);
}
