import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import {
  type FieldError,
  InvalidInputError,
  NotFoundError,
  RollbackInvalidError,
  isJsonEqual,
} from '#kernel';
import type { Plan, Principal } from '#tenancy';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import { HistoryRepository, type StoredConfigurationVersion } from '../storage/history.repository.js';
import { type ConfigurationInputs, toLayers } from '../compile/compiled-configuration.js';
import {
  findChangeErrors,
  findValueErrors,
  type SettingName,
  type PartialSettings,
  getSettingDeclaration,
  settingNames,
} from '#settings';
import { buildProposedInputs } from '../compile/proposed-inputs.js';
import { type ChangeCommand, type NextConfiguration, type ChangeOutcome, toAuthorRole } from './change.js';
import { ChangePipeline } from './change-pipeline.js';
import { changedSettings } from './patch-configuration.service.js';
import { assertOverrideAllowed } from './permissions.js';

/** Which version to go back to: by number, or so many steps before the current one. */
export type RollBackTarget = { readonly version: number } | { readonly steps: number };

export interface RollBackResult {
  readonly outcome: ChangeOutcome;
  /** The settings that differ from the old version because they are not the author's to restore. */
  readonly kept: readonly SettingName[];
}

/** Restores an old version as a new one (specification §3.6). */
@Injectable()
export class RollBackService {
  constructor(
    private readonly pipeline: ChangePipeline,
    private readonly database: Database,
    private readonly history: HistoryRepository,
  ) {}

  /**
   * @throws NotFoundError when there is no such version.
   * @throws DomainError `rollback-invalid` when the old settings break today's rules.
   */
  async rollBack(change: ChangeCommand, target: RollBackTarget): Promise<RollBackResult> {
    let kept: SettingName[] = [];
    const outcome = await this.pipeline.run(change, async (inputs) => {
      const old = await this.getTargetVersion(inputs.stored, target);
      const settings = this.restoreSettings(inputs, old, change);
      kept = changedSettings(settings, old.settings);
      return this.buildNext(inputs, { old, settings }, change);
    });
    return { outcome, kept };
  }

  private async getTargetVersion(
    { tenant_id: tenantId, version: current }: StoredConfiguration,
    target: RollBackTarget,
  ): Promise<StoredConfigurationVersion> {
    const version = 'version' in target ? target.version : current - target.steps;
    const isInRange = version >= 1 && version <= current;
    const storedVersion = isInRange ? await this.findVersion(tenantId, version) : null;
    if (!storedVersion)
      throw new NotFoundError(
        `${describeTarget(target)} leads to no version; the current one is ${current}.`,
      );
    return storedVersion;
  }

  private findVersion(tenantId: string, version: number): Promise<StoredConfigurationVersion | null> {
    return this.database.readAsTenant(tenantId, () => this.history.find(tenantId, version));
  }

  private restoreSettings(
    { stored, plan }: ConfigurationInputs,
    old: StoredConfigurationVersion,
    { author }: ChangeCommand,
  ): PartialSettings {
    const restorableNames = new Set(restorableSettings({ stored, plan }, author));
    const entries = settingNames.map(
      (name) => [name, (restorableNames.has(name) ? old : stored).settings[name]] as const,
    );
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  private buildNext(
    inputs: ConfigurationInputs,
    { old, settings }: { old: StoredConfigurationVersion; settings: PartialSettings },
    change: ChangeCommand,
  ): NextConfiguration {
    const { stored } = inputs;
    const role = toAuthorRole(change.author);
    const override_allowed = role === 'platform_admin' ? old.override_allowed : stored.override_allowed;
    const isSame = isJsonEqual(settings, stored.settings) && override_allowed === stored.override_allowed;
    if (!isSame) {
      assertOverrideAllowed(stored, role, change.force);
      assertValid(inputs, settings, change);
    }
    return { settings, override_allowed, action: 'rollback', fromVersion: old.version };
  }
}

/** The settings that the author restores; a platform admin all of them. */
function restorableSettings(
  { stored, plan }: Pick<ConfigurationInputs, 'stored' | 'plan'>,
  author: Principal,
): SettingName[] {
  const isPlatform = toAuthorRole(author) === 'platform_admin';
  return settingNames.filter((name) => isPlatform || isRestorableByTenant(name, stored, plan));
}

function describeTarget(target: RollBackTarget): string {
  return 'version' in target ? `to_version ${target.version}` : `${target.steps} steps back`;
}

/** A tenant admin restores what tenants may set: not the platform's settings, a locked one, or what a file owns. */
function isRestorableByTenant(name: SettingName, stored: StoredConfiguration, plan: Plan): boolean {
  const isSettableByTenant =
    getSettingDeclaration(name).settableBy === 'tenant' && !plan.locked_settings.includes(name);
  return isSettableByTenant && stored.set_by[name] !== 'code';
}

/** Everything that the author restores has to keep today's rules; what stays as it is was not theirs to correct. */
function assertValid(
  inputs: ConfigurationInputs,
  settings: PartialSettings,
  { author }: ChangeCommand,
): void {
  const withoutOverlays = { ...inputs, overlays: {} };
  const [before, after] = [
    withoutOverlays,
    buildProposedInputs(withoutOverlays, settings, toAuthorRole(author)),
  ].map(toLayers);
  const fieldErrors: FieldError[] = [
    ...findValueErrors(settings),
    ...findChangeErrors(before!, after!, new Set(restorableSettings(inputs, author))),
  ];
  if (fieldErrors.length === 0) return;
  const message = "The old settings break today's rules, so nothing was changed; errors lists why.";
  throw new RollbackInvalidError(message, fieldErrors);
}

/**
 * The target of a rollback's body and query (API.md): exactly one of `to_version`, `steps` and `?version=`.
 *
 * @throws InvalidInputError when none or several are given.
 */
export function parseRollBackTarget(
  body: { to_version?: number; steps?: number },
  version: number | undefined,
): RollBackTarget {
  const targets: RollBackTarget[] = [
    ...(body.to_version === undefined ? [] : [{ version: body.to_version }]),
    ...(body.steps === undefined ? [] : [{ steps: body.steps }]),
    ...(version === undefined ? [] : [{ steps: version }]),
  ];
  if (targets.length === 1) return targets[0]!;
  const message = 'Give exactly one of to_version, steps and ?version=.';
  const rule = targets.length === 0 ? 'required' : 'combination';
  throw new InvalidInputError(['to_version', 'steps', 'version'].map((field) => ({ field, rule, message })));
}
