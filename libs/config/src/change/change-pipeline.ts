import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type DomainError, ConcurrentUpdateError, TenantNotFoundError, isJsonEqual } from '#kernel';
import { ConfigReader } from '../read/config-reader.js';
import { ConfigurationRepository, type StoredConfiguration } from '../storage/configuration.repository.js';
import { HistoryRepository } from '../storage/history.repository.js';
import {
  type ChangeCommand,
  type ChangeDraft,
  type ChangeOutcome,
  type ChangeTarget,
  type NextConfiguration,
  toAuthorRole,
} from './change.js';
import { ChangePreconditions, bypassesApproval } from './change-preconditions.js';
import { assertVersionAccepted, concurrentUpdateError } from './version-conflicts.js';

/**
 * The one way to change a configuration, in three steps:
 *
 * ```ts
 * const draft = await changePipeline.open(command); // reads the base and its inputs
 * const next = buildNext(draft.inputs); // the caller decides what is stored next
 * const outcome = await changePipeline.commit(draft, next); // checks the preconditions and writes
 * ```
 *
 * Between the steps no transaction is open and nothing is locked. `commit` writes only when the base is still the current version.
 * The database sets the version and writes the history.
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
   * Reads the base from the database, so that a stale cache entry cannot make a change fail.
   *
   * @throws TenantNotFoundError when there is no such tenant.
   * @throws VersionMismatchError when the current version is not one of `acceptedVersions`.
   */
  async open<Command extends ChangeTarget>(command: Command): Promise<ChangeDraft<Command>> {
    const { tenantId, acceptedVersions } = command;
    const base = await this.database.readAsTenant(tenantId, async () => {
      const current = await this.configurations.find(tenantId);
      if (!current) throw new TenantNotFoundError();
      await assertVersionAccepted(current.value, acceptedVersions, this.history);
      return current.value;
    });
    return { command, inputs: await this.reader.loadInputs(base) };
  }

  /**
   * Writes `next`, or stores it as a change request where the change needs approval. When `next` equals the base, nothing is
   * written and the current configuration is returned.
   *
   * @throws ConcurrentUpdateError when the configuration, the plan or the approval policy changed since `open`.
   * @throws RateLimitedError, GateFailedError, ConflictError as the preconditions decide. Nothing is changed then.
   */
  async commit(draft: ChangeDraft, next: NextConfiguration): Promise<ChangeOutcome> {
    const { stored: base } = draft.inputs;
    if (isUnchanged(base, next)) return { configuration: await this.reader.install(base) };
    const request = await this.preconditions.check(draft, next);
    if (request) return { request };
    const written = await this.inAuthorsTransaction(draft.command, () => this.write(draft, next));
    return { configuration: await this.reader.install(written) };
  }

  private async write(
    { command, inputs }: ChangeDraft,
    next: NextConfiguration,
  ): Promise<StoredConfiguration> {
    const { stored: base, plan } = inputs;
    const isApprovalBypassed = bypassesApproval(command);
    await this.configurations.setAuditContext({ ...command, ...next });
    const written = await this.configurations.update(base, next, isApprovalBypassed);
    if (!written) throw await this.toConflictError(base);
    await this.preconditions.recheck(command);
    const isPlanUnchanged = await this.configurations.isUnchanged(
      base.tenant_id,
      plan.id,
      isApprovalBypassed,
    );
    if (!isPlanUnchanged) throw planChangedError(base.version);
    await command.onWritten?.(written.version);
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
  const message = 'The tenant has just moved to another plan or approval policy. Send the change again.';
  return new ConcurrentUpdateError(message, { current_version: version, changed_fields: [] });
}

/** The only other reason why `update` does not write a change of the current version. */
function approvalNowRequiredError(version: number): DomainError {
  const message =
    'Approval has just become mandatory for this tenant. Send the change again to create a change request.';
  return new ConcurrentUpdateError(message, { current_version: version, changed_fields: [] });
}
