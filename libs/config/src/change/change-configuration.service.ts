import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConflictError, NotFoundError, sameJson } from '#kernel';
import type { Principal } from '#tenancy';
import {
  type AuthorRole,
  type Authorship,
  ConfigurationRepository,
  type NextConfiguration,
  type StoredConfiguration,
} from '../configuration.repository.js';
import { HistoryRepository } from '../history.repository.js';
import type { CompiledConfiguration, Parts } from '../read/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { type AcceptedVersions, checkVersion, lostRace } from './version-check.js';

/** A change on its way through the door. */
export interface Change {
  readonly tenantId: string;
  readonly author: Principal;
  readonly accepted: AcceptedVersions;
  readonly force: boolean;
  readonly reason: string | null;
}

/** What stands after the change, and how the history will name it. */
export type Next = NextConfiguration & Pick<Authorship, 'action' | 'fromVersion'>;

/** Decides what stands after the change; runs in the change's transaction. */
export type Planner = (parts: Parts) => Next | Promise<Next>;

/** The role that the history names for the credential. */
export function authorRole({ role }: Principal): AuthorRole {
  return role === 'platform_admin' ? 'platform_admin' : 'tenant_admin';
}

/**
 * The one door for changes. Every kind of change reads the configuration, plans what comes next, and writes it where the
 * version is still the one that was read: in one transaction, with no lock held while anything else is awaited. The database
 * writes version and history. A plan that changes nothing makes no version.
 */
@Injectable()
export class ChangeConfiguration {
  constructor(
    private readonly database: Database,
    private readonly configurations: ConfigurationRepository,
    private readonly history: HistoryRepository,
    private readonly reader: ConfigReader,
  ) {}

  /**
   * @throws DomainError `version-mismatch` or `concurrent-update`, and whatever the plan throws; nothing is changed then.
   */
  async make(change: Change, plan: Planner): Promise<CompiledConfiguration> {
    const { tenantId, accepted } = change;
    const base = await this.base(tenantId);
    const parts = await this.reader.partsFor(base);
    checkApproval(parts, change);
    const committed = await this.within(change, async () => {
      await checkVersion(base, accepted, this.history);
      const next = await plan(parts);
      return changesNothing(base, next) ? base : this.write(base, next, change);
    });
    return this.reader.install(committed);
  }

  /** Read from the database, so that a stale copy cannot make a change fail. */
  private async base(tenantId: string): Promise<StoredConfiguration> {
    const found = await this.database.readAsTenant(tenantId, () => this.configurations.find(tenantId));
    if (!found) throw new NotFoundError('There is no such tenant.');
    return found.value;
  }

  private async write(
    base: StoredConfiguration,
    next: Next,
    { author, reason }: Change,
  ): Promise<StoredConfiguration> {
    const { action, fromVersion } = next;
    await this.configurations.sign({
      actor: author.actor,
      role: authorRole(author),
      action,
      reason,
      fromVersion,
    });
    const written = await this.configurations.update(base.tenant_id, base.version, next);
    if (written) return written;
    const current = await this.configurations.find(base.tenant_id);
    if (!current) throw new NotFoundError('There is no such tenant.');
    throw await lostRace(current.value, base.version, this.history);
  }

  private within<T>({ tenantId, author }: Change, work: () => Promise<T>): Promise<T> {
    const isPlatform = authorRole(author) === 'platform_admin';
    return isPlatform ? this.database.asPlatform(tenantId, work) : this.database.asTenant(tenantId, work);
  }
}

function changesNothing(base: StoredConfiguration, next: NextConfiguration): boolean {
  return next.override_allowed === base.override_allowed && sameJson(next.settings, base.settings);
}

/** Change requests come with a later version; until then an approval-bound tenant is changed by force alone. */
function checkApproval({ tenant }: Parts, { author, force }: Change): void {
  if (!tenant.approval_required || (force && author.role === 'platform_admin')) return;
  throw new ConflictError(
    'Changes of this tenant need approval. A platform admin can make one with force: true and a reason, or turn approval_required off.',
  );
}
