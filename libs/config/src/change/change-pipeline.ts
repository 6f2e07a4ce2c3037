import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type DomainError, ConcurrentUpdateError, TenantNotFoundError, isJsonEqual } from '#kernel';
import { ConfigurationRepository, type StoredConfiguration } from '../storage/configuration.repository.js';
import { HistoryRepository } from '../storage/history.repository.js';
import { ConfigReader } from '../read/config-reader.js';
import {
  type ChangeCommand,
  type NextConfiguration,
  type ChangeOutcome,
  type NextConfigurationBuilder,
  type ValidatedChange,
  toAuthorRole,
} from './change.js';
import { ChangePreconditions, bypassesApproval } from './change-preconditions.js';
import { assertVersionAccepted, concurrentUpdateError } from './version-check.js';

/**
 * The one door for changes. Every kind of change reads the configuration, plans what comes next, meets the conditions, and is
 * written where the version is still the one that was read: no lock and no transaction is held while anything else is awaited.
 * The database writes version and history. A plan that changes nothing makes no version.
 */
@Injectable()
export class ChangePipeline {
  constructor(
    private readonly database: Database,
    private readonly configurations: ConfigurationRepository,
    private readonly history: HistoryRepository,
    private readonly reader: ConfigReader,
    private readonly preconditions: ChangePreconditions,
  ) {}

  /**
   * @throws DomainError `version-mismatch` or `concurrent-update`, and whatever the plan and the conditions throw; nothing is
   *   changed then.
   */
  async run(change: ChangeCommand, buildNext: NextConfigurationBuilder): Promise<ChangeOutcome> {
    try {
      return await this.attempt(change, buildNext);
    } catch (error) {
      this.preconditions.recordRefusal(change, error);
      throw error;
    }
  }

  private async attempt(change: ChangeCommand, buildNext: NextConfigurationBuilder): Promise<ChangeOutcome> {
    const base = await this.readBase(change);
    const inputs = await this.reader.loadInputs(base);
    const next = await buildNext(inputs);
    if (isUnchanged(base, next)) return { configuration: await this.reader.install(base) };
    const changeRequest = await this.preconditions.check(change, { inputs, next });
    if (changeRequest) return { request: changeRequest };
    const committed = await this.inAuthorsTransaction(change, () => this.write({ inputs, next }, change));
    return { configuration: await this.reader.install(committed) };
  }

  /** Read from the database, so that a stale copy cannot make a change fail. */
  private readBase({ tenantId, acceptedVersions }: ChangeCommand): Promise<StoredConfiguration> {
    return this.database.readAsTenant(tenantId, async () => {
      const current = await this.configurations.find(tenantId);
      if (!current) throw new TenantNotFoundError();
      await assertVersionAccepted(current.value, acceptedVersions, this.history);
      return current.value;
    });
  }

  private async write(
    { inputs, next }: ValidatedChange,
    change: ChangeCommand,
  ): Promise<StoredConfiguration> {
    const { stored: base, plan } = inputs;
    await this.configurations.setAuditContext({ ...change, ...next });
    const isApprovalBypassed = bypassesApproval(change);
    const written = await this.configurations.update(base, next, isApprovalBypassed);
    if (!written) throw await this.toConflictError(base);
    await this.preconditions.recheck(change);
    const isPlanUnchanged = await this.configurations.isUnchanged(
      base.tenant_id,
      plan.id,
      isApprovalBypassed,
    );
    if (!isPlanUnchanged) throw planChangedError(base.version);
    await change.onWritten?.(written.version);
    return written;
  }

  private async toConflictError(base: StoredConfiguration): Promise<Error> {
    const current = await this.configurations.find(base.tenant_id);
    if (!current) return new TenantNotFoundError();
    if (current.version === base.version) return approvalNowRequiredError(current.version);
    return concurrentUpdateError(current.value, base.version, this.history);
  }

  private inAuthorsTransaction<T>(
    { tenantId, author, isApproved }: ChangeCommand,
    work: () => Promise<T>,
  ): Promise<T> {
    const databaseAuthor = { ...author, role: toAuthorRole(author) };
    return isApproved || databaseAuthor.role === 'platform_admin'
      ? this.database.asPlatform(tenantId, work, databaseAuthor)
      : this.database.asTenant(tenantId, work, databaseAuthor);
  }
}

function isUnchanged(base: StoredConfiguration, next: NextConfiguration): boolean {
  if (next.file?.changesOwners === true) return false;
  return next.override_allowed === base.override_allowed && isJsonEqual(next.settings, base.settings);
}

/** The change was checked against the rules of a plan that the tenant has just left. */
function planChangedError(version: number): DomainError {
  const message = 'The tenant has just moved to another plan or policy; send the change again.';
  return new ConcurrentUpdateError(message, { current_version: version, changed_fields: [] });
}

/** The one other reason for which a change of the current version is not written. */
function approvalNowRequiredError(version: number): DomainError {
  const message =
    "The tenant's changes have just come to need approval; send the change again, and it waits for it.";
  return new ConcurrentUpdateError(message, { current_version: version, changed_fields: [] });
}
