import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type CachePart, CoherentCache, type Versioned } from '#cache';
import { Database, allTenants } from '#database';
import { DomainError, Environment, EnvironmentError, InvalidInputError } from '#kernel';
import { CatalogueReader, type Plan, tiers } from '#tenancy';
import { givenValues, parseChange } from '../settings/change-request-body.js';
import { type SettingsPatch, mergePatch } from '../settings/merge-patch.js';
import { configurationFaults, valueFaults } from '../settings/rules.js';
import {
  type SettingName,
  type SomeSettings,
  type TenantSettings,
  settings,
} from '../settings/tenant-settings.js';

const whole = 'all';

/** The lowest layer: one row, first filled from `DEFAULT_*` of the environment (SPEC §2.1). */
@Injectable()
export class PlatformDefaults implements OnModuleInit {
  private readonly part: CachePart<TenantSettings>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly environment: Environment,
    private readonly catalogue: CatalogueReader,
  ) {
    this.part = cache.part('platform_defaults', () => this.database.readGlobal(() => this.read()));
  }

  /** @throws EnvironmentError when a `DEFAULT_*` variable is no value of its setting. */
  async onModuleInit(): Promise<void> {
    const first = firstDefaults(this.environment.settingDefaults);
    await this.database.asPlatform(allTenants, () =>
      this.database.query(
        `INSERT INTO platform_defaults (settings, updated_by) VALUES ($1::jsonb, 'system') ON CONFLICT DO NOTHING`,
        [JSON.stringify(first)],
      ),
    );
  }

  async current(): Promise<TenantSettings> {
    const entry = await this.part.get(whole);
    if (!entry) throw new Error('The platform defaults are missing; restart a replica to fill them in.');
    return entry.value;
  }

  /**
   * A merge patch of the defaults; null restores Attune's own value.
   *
   * @throws InvalidInputError with every fault; nothing is changed then.
   */
  async change(body: unknown, actor: string): Promise<TenantSettings> {
    const catalogue = await this.catalogue.current();
    return this.database.asPlatform(allTenants, async () => {
      const stored = await this.read();
      const next = {
        ...initialSettings(),
        ...mergePatch(stored?.value ?? {}, checkedDefaults(body)),
      } as TenantSettings;
      const faults = configurationFaults({
        platform: next,
        plan: everything,
        own: next,
        setBy: {},
        catalogue,
      });
      if (faults.length > 0) throw new InvalidInputError(faults);
      const sql = `UPDATE platform_defaults SET settings = $1::jsonb, updated_by = $2, updated_at = now()
        WHERE id = 'all' AND version = $3 RETURNING id`;
      const written = await this.database.query(sql, [JSON.stringify(next), actor, stored?.version ?? 0]);
      if (written.length === 0)
        throw new DomainError(
          'concurrent-update',
          'Another change of the defaults came first; read them again.',
        );
      return next;
    });
  }

  onChange(listener: () => void): void {
    this.part.onChange(listener);
  }

  /** In the caller's transaction. What the row does not have yet, a newer version of Attune declares. */
  private async read(): Promise<Versioned<TenantSettings> | null> {
    const sql = "SELECT settings, version::float8 AS version FROM platform_defaults WHERE id = 'all'";
    const [row] = await this.database.query<{ settings: SomeSettings; version: number }>(sql);
    return row
      ? { version: row.version, value: { ...initialSettings(), ...row.settings } as TenantSettings }
      : null;
  }
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

function initialSettings(): Record<string, unknown> {
  return Object.fromEntries(settings.map(({ name, initial }) => [name, initial]));
}

function firstDefaults(given: Readonly<Record<string, string>>): Record<string, unknown> {
  const parsed = Object.entries(given).map(
    ([name, text]) => [name, parse(name as SettingName, text)] as const,
  );
  const faults = valueFaults(Object.fromEntries(parsed));
  if (faults.length === 0) return { ...initialSettings(), ...Object.fromEntries(parsed) };
  throw new EnvironmentError(
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
