import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { NotFoundError, sameJson } from '#kernel';
import { ConfigurationRepository, type StoredConfiguration } from '../configuration.repository.js';
import { HistoryRepository } from '../history.repository.js';
import { ConfigReader } from '../read/config-reader.js';
import { type Change, type Next, type Outcome, type Planner, authorRole } from './change.js';
import { ChangeConditions } from './change-conditions.js';
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
    const base = await this.base(change);
    const parts = await this.reader.partsFor(base);
    const next = await plan(parts);
    if (changesNothing(base, next)) return { configuration: await this.reader.install(base) };
    const request = await this.conditions.meet(change, { parts, next });
    if (request) return { request };
    const committed = await this.within(change, () => this.write(base, next, change));
    return { configuration: await this.reader.install(committed) };
  }

  /** Read from the database, so that a stale copy cannot make a change fail. */
  private base({ tenantId, accepted }: Change): Promise<StoredConfiguration> {
    return this.database.readAsTenant(tenantId, async () => {
      const found = await this.configurations.find(tenantId);
      if (!found) throw new NotFoundError('There is no such tenant.');
      await checkVersion(found.value, accepted, this.history);
      return found.value;
    });
  }

  private async write(base: StoredConfiguration, next: Next, change: Change): Promise<StoredConfiguration> {
    await this.configurations.sign({ ...change, ...next });
    const written = await this.configurations.update(base.tenant_id, base.version, next);
    if (!written) throw await this.lost(base);
    await this.conditions.confirm(change);
    return written;
  }

  private async lost(base: StoredConfiguration): Promise<Error> {
    const current = await this.configurations.find(base.tenant_id);
    if (!current) return new NotFoundError('There is no such tenant.');
    return lostRace(current.value, base.version, this.history);
  }

  private within<T>({ tenantId, author }: Change, work: () => Promise<T>): Promise<T> {
    const signed = { ...author, role: authorRole(author) };
    return signed.role === 'platform_admin'
      ? this.database.asPlatform(tenantId, work, signed)
      : this.database.asTenant(tenantId, work, signed);
  }
}

function changesNothing(base: StoredConfiguration, next: Next): boolean {
  return next.override_allowed === base.override_allowed && sameJson(next.settings, base.settings);
}
