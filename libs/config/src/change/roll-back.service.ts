import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type FieldError, NotFoundError, RollbackInvalidError, isJsonEqual, toReportedErrors } from '#kernel';
import type { Principal } from '#http';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import { HistoryRepository, type StoredConfigurationVersion } from '../storage/history.repository.js';
import { type ConfigurationInputs, toLayers } from '../compile/compiled-configuration.js';
import {
  type FieldChange,
  diffConfigurations,
  findChangeErrors,
  findValueErrors,
  type SettingName,
  type PartialSettings,
  getSettingDeclaration,
  settingNames,
  changedSettings,
  type Plan,
} from '#settings';
import { buildProposedInputs } from '../compile/proposed-inputs.js';
import { ChangeMetrics } from '../rate-limits/change-metrics.js';
import {
  type ChangeCommand,
  type ChangeDraft,
  type ChangeOutcome,
  type NextConfiguration,
  toAuthorRole,
} from './change.js';
import { ChangePipeline } from './change-pipeline.js';
import { assertOverrideAllowed } from './permissions.js';

/** Which version to restore: by its number, or by how many steps it is before the current one. */
export type RollBackTarget = { readonly version: number } | { readonly steps: number };

export interface RollBackResult {
  readonly outcome: ChangeOutcome;
  /** The settings that still differ from the old version, because the author may not restore them. */
  readonly kept: readonly SettingName[];
}

/** What a rollback would do. */
export interface RollBackPreview extends Pick<RollBackResult, 'kept'> {
  readonly valid: boolean;
  readonly errors: FieldError[];
  readonly changes: readonly FieldChange[];
}

/** Restores an old version as a new one (specification §3.6). */
@Injectable()
export class RollBackService {
  constructor(
    private readonly pipeline: ChangePipeline,
    private readonly database: Database,
    private readonly history: HistoryRepository,
    private readonly metrics: ChangeMetrics,
  ) {}

  /**
   * @throws NotFoundError when there is no such version.
   * @throws RollbackInvalidError when the old settings break today's rules.
   * @throws What `ChangePipeline` throws.
   */
  rollBack(command: ChangeCommand, target: RollBackTarget): Promise<RollBackResult> {
    return this.metrics.countRefusals(command.tenantId, async () => {
      const draft = await this.pipeline.open(command);
      const old = await this.getTargetVersion(draft.inputs.stored, target);
      const settings = restoreSettings(draft, old);
      const outcome = await this.pipeline.commit(draft, buildRolledBack(draft, { old, settings }));
      return { outcome, kept: changedSettings(settings, old.settings) };
    });
  }

  /** What `rollBack` would do. Changes nothing, and counts as nothing. Throws what `rollBack` throws, except for errors of the settings. */
  async preview(
    command: Pick<ChangeCommand, 'tenantId' | 'acceptedVersions' | 'author' | 'force'>,
    target: RollBackTarget,
  ): Promise<RollBackPreview> {
    const draft = await this.pipeline.open({ ...command, reason: null, gate: false });
    const old = await this.getTargetVersion(draft.inputs.stored, target);
    const settings = restoreSettings(draft, old);
    const override_allowed = restoredOverride(draft, old);
    const changes = diffConfigurations(draft.inputs.stored, { settings, override_allowed });
    if (changes.length > 0)
      assertOverrideAllowed(draft.inputs.stored, toAuthorRole(command.author), command.force);
    const errors = changes.length > 0 ? findRestoredErrors(draft.inputs, settings, command.author) : [];
    return {
      valid: errors.length === 0,
      errors: toReportedErrors(errors),
      kept: changedSettings(settings, old.settings),
      changes,
    };
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
        'version' in target
          ? `There is no version ${version}; the current version is ${current}.`
          : `There is no version ${target.steps} steps back; the current version is ${current}.`,
      );
    return storedVersion;
  }

  private findVersion(tenantId: string, version: number): Promise<StoredConfigurationVersion | null> {
    return this.database.readAsTenant(tenantId, () => this.history.find(tenantId, version));
  }
}

function restoreSettings({ command, inputs }: ChangeDraft, old: StoredConfigurationVersion): PartialSettings {
  const restorable = new Set(restorableSettings(inputs, command.author));
  const entries = settingNames.map(
    (name) => [name, (restorable.has(name) ? old : inputs.stored).settings[name]] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function buildRolledBack(
  { command, inputs }: ChangeDraft,
  { old, settings }: { old: StoredConfigurationVersion; settings: PartialSettings },
): NextConfiguration {
  const { stored } = inputs;
  const role = toAuthorRole(command.author);
  const override_allowed = restoredOverride({ command, inputs }, old);
  const isSame = isJsonEqual(settings, stored.settings) && override_allowed === stored.override_allowed;
  if (!isSame) {
    assertOverrideAllowed(stored, role, command.force);
    assertValid(inputs, settings, command.author);
  }
  return { settings, override_allowed, action: 'rollback', fromVersion: old.version };
}

function restoredOverride({ command, inputs }: ChangeDraft, old: StoredConfigurationVersion): boolean {
  const isPlatform = toAuthorRole(command.author) === 'platform_admin';
  return (isPlatform ? old : inputs.stored).override_allowed;
}

/** The settings that the author may restore; a platform admin may restore all. */
function restorableSettings(
  { stored, plan }: Pick<ConfigurationInputs, 'stored' | 'plan'>,
  author: Principal,
): SettingName[] {
  const isPlatform = toAuthorRole(author) === 'platform_admin';
  return settingNames.filter((name) => isPlatform || isRestorableByTenant(name, stored, plan));
}

/** A tenant admin may not restore the platform's settings, a setting that the plan locks, or one that a file owns. */
function isRestorableByTenant(name: SettingName, stored: StoredConfiguration, plan: Plan): boolean {
  const isSettableByTenant =
    getSettingDeclaration(name).settableBy === 'tenant' && !plan.locked_settings.includes(name);
  return isSettableByTenant && stored.set_by[name] !== 'code';
}

function assertValid(inputs: ConfigurationInputs, settings: PartialSettings, author: Principal): void {
  const fieldErrors = findRestoredErrors(inputs, settings, author);
  if (fieldErrors.length === 0) return;
  const message = "The old settings break today's rules, so nothing was changed; errors lists why.";
  throw new RollbackInvalidError(message, fieldErrors);
}

/** The restored settings must keep today's rules. The author cannot correct the settings that stay, so those are not checked. */
function findRestoredErrors(
  inputs: ConfigurationInputs,
  settings: PartialSettings,
  author: Principal,
): FieldError[] {
  const after = toLayers(buildProposedInputs(inputs, settings, toAuthorRole(author)));
  return [
    ...findValueErrors(settings),
    ...findChangeErrors(toLayers(inputs), after, new Set(restorableSettings(inputs, author))),
  ];
}
