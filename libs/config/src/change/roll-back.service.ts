import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type Fault, InvalidInputError, NotFoundError, RollbackInvalidError, sameJson } from '#kernel';
import type { Plan, Principal } from '#tenancy';
import type { StoredConfiguration } from '../configuration.repository.js';
import { HistoryRepository, type StoredVersion } from '../history.repository.js';
import { type Parts, layersOf } from '../read/compiled-configuration.js';
import { faultsOfChange, valueFaults } from '../settings/rules.js';
import {
  type SettingName,
  type SomeSettings,
  declarationOf,
  settingNames,
} from '../settings/tenant-settings.js';
import { proposedParts } from '../trial/proposed-parts.js';
import { type Change, type Next, type Outcome, authorRole } from './change.js';
import { ChangeConfiguration } from './change-configuration.service.js';
import { changedSettings } from './patch-configuration.service.js';
import { checkOverride } from './permissions.js';

/** Which version to go back to: by number, or so many steps before the current one. */
export type Target = { readonly version: number } | { readonly steps: number };

export interface RolledBack {
  readonly outcome: Outcome;
  /** The settings that differ from the old version because they are not the author's to restore. */
  readonly kept: readonly SettingName[];
}

/** Restores an old version as a new one (SPEC §3.6). */
@Injectable()
export class RollBack {
  constructor(
    private readonly changes: ChangeConfiguration,
    private readonly database: Database,
    private readonly history: HistoryRepository,
  ) {}

  /**
   * @throws NotFoundError when there is no such version.
   * @throws DomainError `rollback-invalid` when the old settings break today's rules.
   */
  async rollBack(change: Change, target: Target): Promise<RolledBack> {
    let kept: SettingName[] = [];
    const outcome = await this.changes.make(change, async (parts) => {
      const old = await this.versionAt(parts.stored, target);
      const settings = this.restored(parts, old, change);
      kept = changedSettings(settings, old.settings);
      return this.next(parts, { old, settings }, change);
    });
    return { outcome, kept };
  }

  private async versionAt(
    { tenant_id: tenantId, version: current }: StoredConfiguration,
    target: Target,
  ): Promise<StoredVersion> {
    const version = 'version' in target ? target.version : current - target.steps;
    const isThere = version >= 1 && version <= current;
    const found = isThere ? await this.read(tenantId, version) : null;
    if (!found)
      throw new NotFoundError(`${nameOf(target)} leads to no version; the current one is ${current}.`);
    return found;
  }

  private read(tenantId: string, version: number): Promise<StoredVersion | null> {
    return this.database.readAsTenant(tenantId, () => this.history.find(tenantId, version));
  }

  private restored({ stored, plan }: Parts, old: StoredVersion, { author }: Change): SomeSettings {
    const theirs = new Set(restorable({ stored, plan }, author));
    const entries = settingNames.map(
      (name) => [name, (theirs.has(name) ? old : stored).settings[name]] as const,
    );
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  private next(
    parts: Parts,
    { old, settings }: { old: StoredVersion; settings: SomeSettings },
    change: Change,
  ): Next {
    const { stored } = parts;
    const role = authorRole(change.author);
    const override_allowed = role === 'platform_admin' ? old.override_allowed : stored.override_allowed;
    const isSame = sameJson(settings, stored.settings) && override_allowed === stored.override_allowed;
    if (!isSame) {
      checkOverride(stored, role, change.force);
      checkRules(parts, settings, change);
    }
    return { settings, override_allowed, action: 'rollback', fromVersion: old.version };
  }
}

/** The settings that the author restores; a platform admin all of them. */
function restorable({ stored, plan }: Pick<Parts, 'stored' | 'plan'>, author: Principal): SettingName[] {
  const isPlatform = authorRole(author) === 'platform_admin';
  return settingNames.filter((name) => isPlatform || isTenants(name, stored, plan));
}

function nameOf(target: Target): string {
  return 'version' in target ? `to_version ${target.version}` : `${target.steps} steps back`;
}

/** A tenant admin restores what tenants may set: not the platform's settings, a locked one, or what a file owns. */
function isTenants(name: SettingName, stored: StoredConfiguration, plan: Plan): boolean {
  const isTheirs = declarationOf(name).setBy === 'tenant' && !plan.locked_settings.includes(name);
  return isTheirs && stored.set_by[name] !== 'code';
}

/** Everything that the author restores has to keep today's rules; what stays as it is was not theirs to correct. */
function checkRules(parts: Parts, settings: SomeSettings, { author }: Change): void {
  const bare = { ...parts, overlays: {} };
  const [before, after] = [bare, proposedParts(bare, settings, authorRole(author))].map(layersOf);
  const faults: Fault[] = [
    ...valueFaults(settings),
    ...faultsOfChange(before!, after!, new Set(restorable(parts, author))),
  ];
  if (faults.length === 0) return;
  const message = "The old settings break today's rules, so nothing was changed; errors lists why.";
  throw new RollbackInvalidError(message, faults);
}

/**
 * The target of a rollback's body and query (API.md): exactly one of `to_version`, `steps` and `?version=`.
 *
 * @throws InvalidInputError when none or several are given.
 */
export function targetOf(body: { to_version?: number; steps?: number }, version: number | undefined): Target {
  const targets: Target[] = [
    ...(body.to_version === undefined ? [] : [{ version: body.to_version }]),
    ...(body.steps === undefined ? [] : [{ steps: body.steps }]),
    ...(version === undefined ? [] : [{ steps: version }]),
  ];
  if (targets.length === 1) return targets[0]!;
  const message = 'Give exactly one of to_version, steps and ?version=.';
  const rule = targets.length === 0 ? 'required' : 'combination';
  throw new InvalidInputError(['to_version', 'steps', 'version'].map((field) => ({ field, rule, message })));
}
