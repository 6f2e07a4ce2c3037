import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type CachePart, CoherentCache, type Versioned, oneByOne } from '#cache';
import { type Author, Database } from '#database';
import { Environment, EnvironmentError, type Fault, InvalidInputError, sameJson } from '#kernel';
import { type Plan, SharedLayers, tiers } from '#tenancy';
import { givenValues, parseChange } from '../settings/change-request-body.js';
import { type SettingsPatch, defaultsAfter } from '../settings/merge-patch.js';
import { configurationFaults, valueFaults } from '../settings/rules.js';
import {
  type SettingName,
  type SomeSettings,
  type TenantSettings,
  initialSettings,
  settings,
} from '../settings/tenant-settings.js';

const whole = 'all';

/** The lowest layer: one row, first filled from `DEFAULT_*` of the environment (SPEC §2.1). */
@Injectable()
export class PlatformDefaults implements OnModuleInit {
  private readonly part: CachePart<TenantSettings>;
  /** While nothing can be known of the row: what it would be filled with. */
  private readonly least: Versioned<TenantSettings>;

  /** @throws EnvironmentError when a `DEFAULT_*` variable is no value of its setting. */
  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    environment: Environment,
    private readonly layers: SharedLayers,
  ) {
    this.least = { version: 0, value: firstDefaults(environment.settingDefaults) };
    const load = oneByOne(() => this.database.readGlobal(() => this.read()));
    this.part = cache.part('platform_defaults', load, { safe: () => this.least, staysInUse: true });
  }

  async onModuleInit(): Promise<void> {
    await this.database.whenUp(() =>
      this.layers.change({ actor: 'system', role: 'system' }, () => this.fill(this.least.value)),
    );
  }

  async current(): Promise<TenantSettings> {
    const entry = await this.part.get(whole);
    if (!entry) throw missing();
    return entry.value;
  }

  /** As the caller's transaction sees them. */
  async stored(): Promise<TenantSettings> {
    const row = await this.read();
    if (!row) throw missing();
    return row.value;
  }

  /**
   * A merge patch of the defaults; null restores Attune's own value.
   *
   * @throws InvalidInputError with every fault; nothing is changed then.
   */
  change(body: unknown, author: Author): Promise<TenantSettings> {
    return this.layers.change(author, async () => {
      const stored = await this.stored();
      const next = await this.patched(stored, body);
      if (!sameJson(next, stored)) await this.write(next, author.actor);
      return next;
    });
  }

  /** What `change` would make of the defaults; refuses what it would refuse. */
  planned(body: unknown): Promise<TenantSettings> {
    return this.layers.look(async () => this.patched(await this.stored(), body));
  }

  /** Whether these are the defaults as they are now, as far as is known. */
  isStill(defaults: TenantSettings): boolean {
    return this.part.holds(whole, defaults);
  }

  onChange(listener: () => void): void {
    this.part.onChange(listener);
  }

  private async patched(stored: TenantSettings, body: unknown): Promise<TenantSettings> {
    const next = defaultsAfter(stored, checkedDefaults(body));
    const faults = await this.faultsOf(next);
    if (faults.length > 0) throw new InvalidInputError(faults);
    return next;
  }

  /** Of the defaults as a whole: without them nobody would have a model. */
  private async faultsOf(defaults: TenantSettings): Promise<Fault[]> {
    const catalogue = await this.layers.catalogue();
    return configurationFaults({
      platform: defaults,
      plan: everything,
      own: defaults,
      setBy: {},
      catalogue,
    });
  }

  /** Once: later the row is what platform admins made of it. */
  private async fill(first: TenantSettings): Promise<void> {
    if (await this.read()) return;
    const faults = await this.faultsOf(first);
    if (faults.length > 0) throw variablesAtFault(faults);
    const sql = `INSERT INTO platform_defaults (settings, updated_by) VALUES ($1::jsonb, 'system')`;
    await this.database.query(sql, [JSON.stringify(first)]);
  }

  private async write(next: TenantSettings, actor: string): Promise<void> {
    const sql = `UPDATE platform_defaults SET settings = $1::jsonb, updated_by = $2, updated_at = now() WHERE id = 'all'`;
    await this.database.query(sql, [JSON.stringify(next), actor]);
  }

  /** In the caller's transaction. What the row does not have yet, a newer version of Attune declares. */
  private async read(): Promise<Versioned<TenantSettings> | null> {
    const sql = "SELECT settings, version::float8 AS version FROM platform_defaults WHERE id = 'all'";
    const [row] = await this.database.query<{ settings: SomeSettings; version: number }>(sql);
    return row ? { version: row.version, value: { ...initialSettings(), ...row.settings } } : null;
  }
}

function missing(): Error {
  return new Error('The platform defaults are missing; restart a replica to fill them in.');
}

/** Defaults belong to no plan. */
const everything: Plan = {
  id: 'any',
  defaults: {},
  allowed_tiers: tiers,
  allowed_models: [],
  ceilings: {},
  locked_settings: [],
};

function checkedDefaults(body: unknown): SettingsPatch {
  const { patch, options, faults } = parseChange(body, false);
  const beside = Object.keys(options).map((field) => ({
    field,
    rule: 'unknown_field' as const,
    message: `${field} is no setting.`,
  }));
  const all = [...faults, ...beside, ...valueFaults(givenValues(patch))];
  if (all.length > 0) throw new InvalidInputError(all);
  return patch;
}

function firstDefaults(given: Readonly<Record<string, string>>): TenantSettings {
  const parsed = Object.entries(given).map(
    ([name, text]) => [name, parse(name as SettingName, text)] as const,
  );
  const faults = valueFaults(Object.fromEntries(parsed));
  if (faults.length > 0) throw variablesAtFault(faults);
  return { ...initialSettings(), ...Object.fromEntries(parsed) } as unknown as TenantSettings;
}

function variablesAtFault(faults: readonly Fault[]): EnvironmentError {
  return new EnvironmentError(
    faults.map(({ field, message }) => `DEFAULT_${field.toUpperCase()}: ${message}`),
  );
}

/** The text as JSON where the setting is no text: numbers, true and false, objects. */
function parse(name: SettingName, text: string): unknown {
  const initial = settings.find((setting) => setting.name === name)?.initial;
  if (typeof initial === 'string' || initial === null) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
