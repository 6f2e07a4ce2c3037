import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned, loadEach } from '#cache';
import { type Author, Database } from '#database';
import { Environment, EnvironmentError, type FieldError, InvalidInputError, isJsonEqual } from '#kernel';
import { type Plan, SharedSettingsTransaction, tiers } from '#tenancy';
import {
  findConfigurationErrors,
  findValueErrors,
  initialSettings,
  parseChange,
  type PartialSettings,
  patchDefaults,
  settingDeclarations,
  type SettingName,
  type SettingsPatch,
  type TenantSettings,
  valuesToSet,
} from '#settings';

const cacheKey = 'all';

/** The lowest layer: one row, first filled from `DEFAULT_*` of the environment (specification §2.1). */
@Injectable()
export class PlatformDefaultsService implements OnModuleInit {
  private readonly region: CacheRegion<TenantSettings>;
  /** While nothing can be known of the row: what it would be filled with. */
  private readonly fallback: Versioned<TenantSettings>;

  /** @throws EnvironmentError when a `DEFAULT_*` variable is no value of its setting. */
  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    environment: Environment,
    private readonly sharedSettings: SharedSettingsTransaction,
  ) {
    this.fallback = { version: 0, value: parseInitialDefaults(environment.settingDefaults) };
    const load = loadEach(() => this.database.readGlobal(() => this.findRow()));
    this.region = cache.region('platform_defaults', load, { fallback: () => this.fallback, keepFresh: true });
  }

  async onModuleInit(): Promise<void> {
    await this.database.runAtStartup(() =>
      this.sharedSettings.write({ actor: 'system', role: 'system' }, () =>
        this.insertInitial(this.fallback.value),
      ),
    );
  }

  async current(): Promise<TenantSettings> {
    const entry = await this.region.get(cacheKey);
    if (!entry) throw missingDefaultsError();
    return entry.value;
  }

  /** As the caller's transaction sees them. */
  async getInTransaction(): Promise<TenantSettings> {
    const row = await this.findRow();
    if (!row) throw missingDefaultsError();
    return row.value;
  }

  /**
   * A merge patch of the defaults; null restores Attune's own value.
   *
   * @throws InvalidInputError with every fault; nothing is changed then.
   */
  change(body: unknown, author: Author): Promise<TenantSettings> {
    return this.sharedSettings.write(author, async () => {
      const stored = await this.getInTransaction();
      const next = await this.applyPatch(stored, body);
      if (!isJsonEqual(next, stored)) await this.updateRow(next, author.actor);
      return next;
    });
  }

  /** What `change` would make of the defaults; refuses what it would refuse. */
  preview(body: unknown): Promise<TenantSettings> {
    return this.sharedSettings.read(async () => this.applyPatch(await this.getInTransaction(), body));
  }

  /** Whether these are the defaults as they are now, as far as is known. */
  isCurrent(defaults: TenantSettings): boolean {
    return this.region.isCurrent(cacheKey, defaults);
  }

  onChange(listener: () => void): void {
    this.region.onChange(listener);
  }

  private async applyPatch(stored: TenantSettings, body: unknown): Promise<TenantSettings> {
    const next = patchDefaults(stored, parseDefaultsPatch(body));
    const errors = await this.findErrors(next);
    if (errors.length > 0) throw new InvalidInputError(errors);
    return next;
  }

  /** Of the defaults as a whole: without them nobody would have a model. */
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

  /** Once: later the row is what platform admins made of it. */
  private async insertInitial(initialDefaults: TenantSettings): Promise<void> {
    if (await this.findRow()) return;
    const errors = await this.findErrors(initialDefaults);
    if (errors.length > 0) throw invalidVariablesError(errors);
    const sql = `INSERT INTO platform_defaults (settings, updated_by) VALUES ($1::jsonb, 'system')`;
    await this.database.query(sql, [JSON.stringify(initialDefaults)]);
  }

  private async updateRow(next: TenantSettings, actor: string): Promise<void> {
    const sql = `UPDATE platform_defaults SET settings = $1::jsonb, updated_by = $2, updated_at = now() WHERE id = 'all'`;
    await this.database.query(sql, [JSON.stringify(next), actor]);
  }

  /** In the caller's transaction. What the row does not have yet, a newer version of Attune declares. */
  private async findRow(): Promise<Versioned<TenantSettings> | null> {
    const sql = "SELECT settings, version::float8 AS version FROM platform_defaults WHERE id = 'all'";
    const [row] = await this.database.query<{ settings: PartialSettings; version: number }>(sql);
    return row ? { version: row.version, value: { ...initialSettings(), ...row.settings } } : null;
  }
}

function missingDefaultsError(): Error {
  return new Error('The platform defaults are missing; restart a replica to fill them in.');
}

/** Defaults belong to no plan. */
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
    message: `${field} is no setting.`,
  }));
  const all = [...errors, ...optionErrors, ...findValueErrors(valuesToSet(patch))];
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

/** The text as JSON where the setting is no text: numbers, true and false, objects. */
function parseVariable(name: SettingName, text: string): unknown {
  const initial = settingDeclarations.find((setting) => setting.name === name)?.initial;
  if (typeof initial === 'string' || initial === null) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
