import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type DomainError, ConcurrentUpdateError, TenantNotFoundError, sameJson } from '#kernel';
import { ConfigurationRepository, type StoredConfiguration } from '../configuration.repository.js';
import { HistoryRepository } from '../history.repository.js';
import { ConfigReader } from '../read/config-reader.js';
import { type Change, type Next, type Outcome, type Planner, type Proposal, authorRole } from './change.js';
import { ChangeConditions, mayGoUnapproved } from './change-conditions.js';
import { checkVersion, lostRace } from './version-check.js';

/**
 * The one door for changes. Every kind of change reads the configuration, plans what comes next, meets the conditions, and is
 * written where the version is still the one that was read: no lock and no transaction is held while anything else is awaited.
 * The database writes version and history. A plan that changes nothing makes no version.
 */
@Injectable()
export class ChangeConfiguration {
  constructor(
    private readonly database: Database,
    private readonly configurations: ConfigurationRepository,
    private readonly history: HistoryRepository,
    private readonly reader: ConfigReader,
    private readonly conditions: ChangeConditions,
  ) {}

  /**
   * @throws DomainError `version-mismatch` or `concurrent-update`, and whatever the plan and the conditions throw; nothing is
   *   changed then.
   */
  async make(change: Change, plan: Planner): Promise<Outcome> {
    try {
      return await this.attempt(change, plan);
    } catch (error) {
      this.conditions.refused(change, error);
      throw error;
    }
  }

  private async attempt(change: Change, plan: Planner): Promise<Outcome> {
    const base = await this.base(change);
    const parts = await this.reader.partsFor(base);
    const next = await plan(parts);
    if (changesNothing(base, next)) return { configuration: await this.reader.install(base) };
    const request = await this.conditions.meet(change, { parts, next });
    if (request) return { request };
    const committed = await this.within(change, () => this.write({ parts, next }, change));
    return { configuration: await this.reader.install(committed) };
  }

  /** Read from the database, so that a stale copy cannot make a change fail. */
  private base({ tenantId, accepted }: Change): Promise<StoredConfiguration> {
    return this.database.readAsTenant(tenantId, async () => {
      const found = await this.configurations.find(tenantId);
      if (!found) throw new TenantNotFoundError();
      await checkVersion(found.value, accepted, this.history);
      return found.value;
    });
  }

  private async write({ parts, next }: Proposal, change: Change): Promise<StoredConfiguration> {
    const { stored: base, plan } = parts;
    await this.configurations.sign({ ...change, ...next });
    const isFree = mayGoUnapproved(change);
    const written = await this.configurations.update(base, next, isFree);
    if (!written) throw await this.lost(base);
    await this.conditions.confirm(change);
    const isStill = await this.configurations.isAsPlanned(base.tenant_id, plan.id, isFree);
    if (!isStill) throw tenantMoved(base.version);
    await change.settle?.(written.version);
    return written;
  }

  private async lost(base: StoredConfiguration): Promise<Error> {
    const current = await this.configurations.find(base.tenant_id);
    if (!current) return new TenantNotFoundError();
    if (current.version === base.version) return policyMoved(current.version);
    return lostRace(current.value, base.version, this.history);
  }

  private within<T>({ tenantId, author, isApproved }: Change, work: () => Promise<T>): Promise<T> {
    const signed = { ...author, role: authorRole(author) };
    return isApproved || signed.role === 'platform_admin'
      ? this.database.asPlatform(tenantId, work, signed)
      : this.database.asTenant(tenantId, work, signed);
  }
}

function changesNothing(base: StoredConfiguration, next: Next): boolean {
  if (next.file?.changesOwners === true) return false;
  return next.override_allowed === base.override_allowed && sameJson(next.settings, base.settings);
}

/** The change was checked against the rules of a plan that the tenant has just left. */
function tenantMoved(version: number): DomainError {
  const message = 'The tenant has just moved to another plan or policy; send the change again.';
  return new ConcurrentUpdateError(message, { current_version: version, changed_fields: [] });
}

/** The one other reason for which a change of the current version is not written. */
function policyMoved(version: number): DomainError {
  const message =
    "The tenant's changes have just come to need approval; send the change again, and it waits for it.";
  return new ConcurrentUpdateError(message, { current_version: version, changed_fields: [] });
}
