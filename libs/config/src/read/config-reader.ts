import { Injectable } from '@nestjs/common';
import { CoherentCache, type DerivedValues, type ValueSource } from '#cache';
import { TenantNotFoundError, UnavailableError } from '#kernel';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import { compileWithRollout, configurationForSubject } from '../compile/compile-with-rollout.js';
import { RunningRollouts } from '../overlays/running-rollouts.js';
import type { CompiledConfiguration, ConfigurationInputs } from '../compile/compiled-configuration.js';
import { InputsLoader } from './inputs-loader.js';
import { StoredConfigurationCache } from './stored-configuration-cache.js';

/**
 * A tenant's configuration as it is now. Warm, it is one look-up; it is compiled anew, from parts in memory, when one of the
 * parts that it was made from changed. While the database is away it is what was held last, else what was last known to be
 * good, else Attune's defaults: `getConfigSource` says which.
 */
@Injectable()
export class ConfigReader {
  private readonly compiledConfigurations: DerivedValues<StoredConfiguration, CompiledConfiguration>;

  constructor(
    private readonly cache: CoherentCache,
    private readonly configurations: StoredConfigurationCache,
    private readonly inputsLoader: InputsLoader,
    private readonly rollouts: RunningRollouts,
  ) {
    this.compiledConfigurations = configurations.derivedValues();
    inputsLoader.onTenantChange((tenantId) => this.compiledConfigurations.drop(tenantId));
    inputsLoader.onSharedChange(() => this.compiledConfigurations.dropAll());
    rollouts.onChange(() => this.compiledConfigurations.dropAll());
  }

  /** What is held and needs no work at all; undefined else. */
  peek(tenantId: string): CompiledConfiguration | undefined {
    return this.compiledConfigurations.get(tenantId);
  }

  /** @throws NotFoundError when there is no such tenant. */
  current(tenantId: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    return this.peek(tenantId) ?? this.compileCurrent(tenantId);
  }

  /**
   * What a query is answered under: while a rollout splits the tenant's queries, the arm of who asks. `subject` is that
   * person's id, or the credential's own.
   *
   * @throws NotFoundError when there is no such tenant · DomainError `unavailable` when nothing can be known of it.
   */
  forQuery(tenantId: string, subject: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    const cached = this.peek(tenantId);
    if (cached !== undefined) return configurationForSubject(cached, subject);
    return this.compileCurrent(tenantId).then((compiled) =>
      configurationForSubject(assertNotFallback(compiled), subject),
    );
  }

  /** What a change would be laid over. @throws as `forQuery` */
  async getForChange(tenantId: string): Promise<CompiledConfiguration> {
    return this.peek(tenantId) ?? assertNotFallback(await this.compileCurrent(tenantId));
  }

  /** What the configuration is worth just now, as `Attune-Config-Source` says it. */
  sourceOf({ inputs }: CompiledConfiguration): ValueSource {
    return this.cache.sourceOf(inputs.origin);
  }

  /** What a writer committed, so that the next read on this replica needs no load; returns it compiled. */
  async install(configurations: StoredConfiguration): Promise<CompiledConfiguration> {
    this.configurations.put(configurations);
    return compileWithRollout(await this.loadInputs(configurations), await this.rollouts.current());
  }

  /** The parts as they are now, around a configuration that was just read from the database. */
  async loadInputs(configurations: StoredConfiguration): Promise<ConfigurationInputs> {
    const inputs = await this.inputsLoader.load(configurations);
    return { ...inputs, origin: this.cache.originOf(Object.values(inputs)) };
  }

  /** What changed while the parts came together is not kept: its notice has gone by already. */
  private async compileCurrent(tenantId: string): Promise<CompiledConfiguration> {
    const since = this.compiledConfigurations.currentGeneration();
    const stored = await this.configurations.find(tenantId);
    if (!stored) throw new TenantNotFoundError();
    const inputs = await this.loadInputs(stored);
    const running = await this.rollouts.current();
    const compiled = compileWithRollout(inputs, running);
    const isCurrent = this.inputsLoader.areCurrent(inputs) && this.rollouts.isCurrent(running);
    if (isCurrent) this.compiledConfigurations.set(tenantId, stored, compiled, since);
    return compiled;
  }
}

/** Attune's defaults in the place of what a tenant has set are good for a look, and for nothing that follows from them. */
function assertNotFallback(configuration: CompiledConfiguration): CompiledConfiguration {
  if (configuration.inputs.origin !== 'defaults') return configuration;
  const message = 'The database is away, and nothing is known of the tenant here. Try again shortly.';
  throw new UnavailableError(message, 2);
}
