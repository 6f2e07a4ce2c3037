import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type Page, decodeCursor, toPage, isIntegerString } from '#http';
import { NotFoundError, UnavailableError } from '#kernel';
import { TenantReader } from '#tenancy';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import { HistoryRepository, type StoredHistoryEntry } from '../storage/history.repository.js';
import { type ExplainedConfiguration, explainConfiguration } from './explain-configuration.js';
import { type FieldChange, diffConfigurations, type PartialSettings } from '#settings';

export interface HistoryEntry {
  readonly version: number;
  readonly action: string;
  readonly changed_by: string;
  readonly changed_by_role: string;
  readonly changed_at: string;
  readonly reason: string | null;
  readonly bulk_id: string | null;
  readonly from_version: number | null;
  readonly changes: FieldChange[];
}

/** A tenant's history (specification §3.5): pages of entries, one whole version, the difference of two versions. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly database: Database,
    private readonly repository: HistoryRepository,
    private readonly tenants: TenantReader,
  ) {}

  /**
   * One page, newest first; `cursor` is the `next_cursor` of the page before.
   *
   * @throws InvalidInputError for a cursor that no page gave.
   * @throws TenantNotFoundError
   */
  async list(tenantId: string, limit: number, cursor: string | undefined): Promise<Page<HistoryEntry>> {
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, isIntegerString)[0]);
    await this.tenants.get(tenantId);
    const find = () => this.repository.list(tenantId, limit + 1, before);
    const rows = await this.database.listAsTenant(tenantId, find);
    return toPage(rows, limit, { item: toHistoryEntry, keys: ({ version }) => [String(version)] });
  }

  /** One version with all that the tenant stored. @throws NotFoundError when there is no such version. */
  async getVersion(tenantId: string, version: number): Promise<HistoryEntry & { settings: PartialSettings }> {
    const entry = await this.readAsTenant(tenantId, () => this.getEntry(tenantId, version));
    return { ...toHistoryEntry(entry), settings: entry.settings };
  }

  /** What is different between two versions. @throws NotFoundError when one of them does not exist. */
  async diff(tenantId: string, from: number, to: number): Promise<FieldChange[]> {
    const [before, after] = await this.readAsTenant(tenantId, async () => [
      await this.getEntry(tenantId, from),
      await this.getEntry(tenantId, to),
    ]);
    return diffConfigurations(before!, after!);
  }

  /** Which layers have values for each setting, who set them and when. Times are missing while the database cannot be reached. */
  async explain(configuration: CompiledConfiguration): Promise<ExplainedConfiguration> {
    const { stored, tenant } = configuration.inputs;
    const { tenant_id: tenantId, settings } = stored;
    const find = () => this.repository.findLayerTimes(tenantId, { plan: tenant.plan, settings });
    const times = await this.database.readAsTenant(tenantId, find).catch((error: unknown) => {
      if (error instanceof UnavailableError) return null;
      throw error;
    });
    return explainConfiguration(configuration, times);
  }

  /** @throws NotFoundError */
  private async getEntry(tenantId: string, version: number): Promise<StoredHistoryEntry> {
    const entry = Number.isSafeInteger(version) ? await this.repository.find(tenantId, version) : null;
    if (!entry) throw new NotFoundError(`There is no version ${version}.`);
    return entry;
  }

  /** @throws TenantNotFoundError when there is no such tenant. */
  private async readAsTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    await this.tenants.get(tenantId);
    return this.database.readAsTenant(tenantId, work);
  }
}

function toHistoryEntry(entry: StoredHistoryEntry): HistoryEntry {
  const { version, action, changed_by, changed_by_role, changed_at, reason, bulk_id, from_version } = entry;
  return {
    version,
    action,
    changed_by,
    changed_by_role,
    reason,
    bulk_id,
    from_version,
    changed_at: changed_at.toISOString(),
    changes: diffConfigurations(entry.before, entry),
  };
}
