import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned, loadEach } from '#cache';
import { type Author, Database } from '#database';
import { EnvironmentError, type FieldError, InvalidInputError, isJsonEqual } from '#kernel';
import { PlatformDefaultsRepository, SharedSettingsTransaction } from '#tenancy';
import {
  parseChange,
  type SettingsPatch,
  patchDefaults,
  findConfigurationErrors,
  findMergedVariableErrors,
  findPatchedValueErrors,
  findValueErrors,
  type SettingName,
  type TenantSettings,
  initialSettings,
  settingDeclarations,
  type Plan,
  tiers,
} from '#settings';
import { ConfigurationConfig, configurationConfig } from '../configuration.config.js';

const cacheKey = 'all';

/** The lowest layer: one row, which the first start fills from the variables `DEFAULT_*` (specification §2.1). */
@Injectable()
export class PlatformDefaultsService implements OnModuleInit {
  private readonly region: CacheRegion<TenantSettings>;
  /** Used while the row cannot be read: the values that it would be filled with. */
  private readonly fallback: Versioned<TenantSettings>;
  private readonly variables: readonly SettingName[];

  /** @throws EnvironmentError when the value of a `DEFAULT_*` variable is not valid. */
  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    @Inject(configurationConfig.KEY) { settingDefaults }: ConfigurationConfig,
    private readonly sharedSettings: SharedSettingsTransaction,
    private readonly repository: PlatformDefaultsRepository,
  ) {
    this.fallback = { version: 0, value: parseInitialDefaults(settingDefaults) };
    this.variables = Object.keys(settingDefaults) as SettingName[];
    const load = loadEach(() => this.database.readGlobal(() => this.repository.find()));
    this.region = cache.region('platform_defaults', load, { fallback: () => this.fallback, keepFresh: true });
  }

  async onModuleInit(): Promise<void> {
    await this.database.runAtStartup(() =>
      this.sharedSettings.write({ actor: 'system', role: 'system' }, () =>
        this.insertInitial(this.fallback.value),
      ),
    );
  }

  /** The defaults, from the cache. While they cannot be read: the values that the first start stores. */
  async current(): Promise<TenantSettings> {
    const entry = await this.region.get(cacheKey);
    // Without an entry the row is missing, which `get` reports.
    return entry?.value ?? this.database.readGlobal(() => this.repository.get());
  }

  /**
   * Applies a merge patch to the defaults; null restores Attune's own value.
   *
   * @throws InvalidInputError with every error; nothing is changed then.
   */
  change(body: unknown, author: Author): Promise<TenantSettings> {
    return this.sharedSettings.write(author, async () => {
      const stored = await this.repository.get();
      const next = await this.applyPatch(stored, body);
      if (!isJsonEqual(next, stored)) await this.repository.update(next, author.actor);
      return next;
    });
  }

  /** The defaults after `change`, without storing them. Throws what `change` throws. */
  preview(body: unknown): Promise<TenantSettings> {
    return this.sharedSettings.read(async () => this.applyPatch(await this.repository.get(), body));
  }

  /** True when these are the cached, current defaults. */
  isCurrent(defaults: TenantSettings): boolean {
    return this.region.isCurrent(cacheKey, defaults);
  }

  /** Called when the defaults changed, or when they may have changed unnoticed. */
  onChange(listener: () => void): void {
    this.region.onChange(listener);
  }

  private async applyPatch(stored: TenantSettings, body: unknown): Promise<TenantSettings> {
    const next = patchDefaults(stored, parseDefaultsPatch(body));
    const errors = [...findMergedVariableErrors(next), ...(await this.findErrors(next))];
    if (errors.length > 0) throw new InvalidInputError(errors);
    return next;
  }

  /** The errors of the defaults as a whole: every tenant needs a model from them. */
  private async findErrors(defaults: TenantSettings): Promise<FieldError[]> {
    const catalogue = await this.sharedSettings.readCatalogue();
    return findConfigurationErrors({
      platform: defaults,
      plan: unrestrictedPlan,
      own: defaults,
      setBy: {},
      catalogue,
    });
  }

  /** Fills the row once. Later starts do not change it. */
  private async insertInitial(initialDefaults: TenantSettings): Promise<void> {
    const stored = await this.repository.find();
    if (stored) return this.warnOfIgnoredVariables(stored.value);
    const errors = await this.findErrors(initialDefaults);
    if (errors.length > 0) throw invalidVariablesError(errors);
    await this.repository.insert(initialDefaults, 'system');
  }

  private warnOfIgnoredVariables(stored: TenantSettings): void {
    const ignored = this.variables.filter((name) => !isJsonEqual(stored[name], this.fallback.value[name]));
    if (ignored.length === 0) return;
    const names = ignored.map((name) => `DEFAULT_${name.toUpperCase()}`).join(', ');
    new Logger('config').warn(
      `${names}: ignored, because the platform defaults exist already and have another value. PATCH /v1/platform/defaults changes them.`,
    );
  }
}

/** The defaults are checked without the limits of a plan. */
const unrestrictedPlan: Plan = {
  id: 'any',
  defaults: {},
  allowed_tiers: tiers,
  allowed_models: [],
  ceilings: {},
  locked_settings: [],
};

function parseDefaultsPatch(body: unknown): SettingsPatch {
  const { patch, options, errors } = parseChange(body, false);
  const optionErrors = Object.keys(options).map((field) => ({
    field,
    rule: 'unknown_field' as const,
    message: `${field} is not part of the defaults; leave it out.`,
  }));
  const all = [...errors, ...optionErrors, ...findPatchedValueErrors(patch)];
  if (all.length > 0) throw new InvalidInputError(all);
  return patch;
}

function parseInitialDefaults(variables: Readonly<Record<string, string>>): TenantSettings {
  const parsed = Object.entries(variables).map(
    ([name, text]) => [name, parseVariable(name as SettingName, text)] as const,
  );
  const errors = findValueErrors(Object.fromEntries(parsed));
  if (errors.length > 0) throw invalidVariablesError(errors);
  return { ...initialSettings(), ...Object.fromEntries(parsed) } as unknown as TenantSettings;
}

function invalidVariablesError(errors: readonly FieldError[]): EnvironmentError {
  return new EnvironmentError(
    errors.map(({ field, message }) => `DEFAULT_${field.toUpperCase()}: ${message}`),
  );
}

/** Reads the text as JSON, unless the setting is a string: numbers, true and false, objects. */
function parseVariable(name: SettingName, text: string): unknown {
  const initial = settingDeclarations.find((setting) => setting.name === name)?.initial;
  if (typeof initial === 'string' || initial === null) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
