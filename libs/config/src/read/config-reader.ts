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
 * A tenant's current configuration. A warm read is one look-up. When one of its inputs changes, the configuration is compiled again
 * from inputs in memory. While the database is unavailable, the reader returns the last cached configuration, else the last-known-good
 * copy, else Attune's defaults; `sourceOf` says which.
 *
 * ```ts
 * const configuration = await reader.current(tenantId);
 * configuration.settings.temperature;
 * ```
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

  /** The configuration when it is cached and needs no work, else undefined. */
  peek(tenantId: string): CompiledConfiguration | undefined {
    return this.compiledConfigurations.get(tenantId);
  }

  /**
   * Synchronous when the configuration is cached.
   *
   * @throws TenantNotFoundError when there is no such tenant.
   */
  current(tenantId: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    return this.peek(tenantId) ?? this.compileCurrent(tenantId);
  }

  /**
   * The configuration for one query. While a rollout splits the tenant's queries, it is the arm of `subject`: the person's id, or the
   * credential's own.
   *
   * @throws TenantNotFoundError when there is no such tenant.
   * @throws UnavailableError when neither the database nor a copy can be read.
   */
  forQuery(tenantId: string, subject: string): CompiledConfiguration | Promise<CompiledConfiguration> {
    const cached = this.peek(tenantId);
    if (cached !== undefined) return configurationForSubject(cached, subject);
    return this.compileCurrent(tenantId).then((compiled) =>
      configurationForSubject(assertNotFallback(compiled), subject),
    );
  }

  /**
   * The configuration on which a change is checked.
   *
   * @throws What `forQuery` throws.
   */
  async getForChange(tenantId: string): Promise<CompiledConfiguration> {
    return this.peek(tenantId) ?? assertNotFallback(await this.compileCurrent(tenantId));
  }

  /**
   * Calls `listener` when the configuration of a tenant may have changed, and with null when that of any tenant may have. Not every call
   * means another configuration: compare what `current` returns.
   */
  onChange(listener: (tenantId: string | null) => void): void {
    this.configurations.onChange(listener);
    this.inputsLoader.onTenantChange(listener);
    this.inputsLoader.onSharedChange(() => listener(null));
    this.rollouts.onChange(() => listener(null));
  }

  /** Reads every change committed before the call; then `current` is not older than any of them. Does nothing while the database is down. */
  catchUp(): Promise<void> {
    return this.cache.catchUp();
  }

  /** How fresh the configuration is at the moment: the value of the header `Attune-Config-Source`. */
  sourceOf({ inputs }: CompiledConfiguration): ValueSource {
    return this.cache.sourceOf(inputs.origin);
  }

  /** Puts a committed configuration into the cache, so that the next read on this replica loads nothing. Returns it compiled. */
  async install(stored: StoredConfiguration): Promise<CompiledConfiguration> {
    this.configurations.put(stored);
    const inputs = await this.addOverlays(await this.loadInputs(stored));
    return compileWithRollout(inputs, await this.rollouts.current());
  }

  /**
   * The current plan, catalogue, defaults and tenant for a configuration that was just read from the database. Overlays are left out:
   * they do not last, so changes are not checked against them.
   */
  async loadInputs(stored: StoredConfiguration): Promise<ConfigurationInputs> {
    const inputs = await this.inputsLoader.load(stored);
    return { ...inputs, origin: this.cache.originOf(Object.values(inputs)) };
  }

  /** The same inputs with what the feature flags set at the moment. */
  addOverlays(inputs: ConfigurationInputs): Promise<ConfigurationInputs> {
    return this.inputsLoader.addOverlays(inputs);
  }

  /** Keeps the result only when nothing changed meanwhile: the notice of such a change has already passed. */
  private async compileCurrent(tenantId: string): Promise<CompiledConfiguration> {
    const since = this.compiledConfigurations.currentGeneration();
    const stored = await this.configurations.find(tenantId);
    if (!stored) throw new TenantNotFoundError();
    const inputs = await this.addOverlays(await this.loadInputs(stored));
    const running = await this.rollouts.current();
    const compiled = compileWithRollout(inputs, running);
    const isCurrent = this.inputsLoader.areCurrent(inputs) && this.rollouts.isCurrent(running);
    if (isCurrent) this.compiledConfigurations.set(tenantId, stored, compiled, since);
    return compiled;
  }
}

/** Fallback defaults may be displayed, but never used to answer queries or as the base of a change. */
function assertNotFallback(configuration: CompiledConfiguration): CompiledConfiguration {
  if (configuration.inputs.origin !== 'defaults') return configuration;
  const message =
    'The database is unavailable, and this replica has no copy of the configuration. Try again shortly.';
  throw new UnavailableError(message, 2);
}
