import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type Page, decodeCursor, pageOf, isWholeNumber } from '#http';
import { NotFoundError } from '#kernel';
import { TenantReader } from '#tenancy';
import { HistoryRepository, type StoredEntry } from './history.repository.js';
import { type FieldChange, differences } from './settings/difference.js';
import type { SomeSettings } from './settings/tenant-settings.js';

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

/** A tenant's history (SPEC §3.5): paged, one version whole, any two compared. */
@Injectable()
export class History {
  constructor(
    private readonly database: Database,
    private readonly repository: HistoryRepository,
    private readonly tenants: TenantReader,
  ) {}

  async list(tenantId: string, limit: number, cursor: string | undefined): Promise<Page<HistoryEntry>> {
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, isWholeNumber)[0]);
    const rows = await this.read(tenantId, () => this.repository.list(tenantId, limit + 1, before));
    return pageOf(rows, limit, { item: shown, keys: ({ version }) => [String(version)] });
  }

  async version(tenantId: string, version: number): Promise<HistoryEntry & { settings: SomeSettings }> {
    const entry = await this.read(tenantId, () => this.get(tenantId, version));
    return { ...shown(entry), settings: entry.settings };
  }

  async diff(tenantId: string, from: number, to: number): Promise<FieldChange[]> {
    const [before, after] = await this.read(tenantId, async () => [
      await this.get(tenantId, from),
      await this.get(tenantId, to),
    ]);
    return differences(before!, after!);
  }

  /** @throws NotFoundError */
  private async get(tenantId: string, version: number): Promise<StoredEntry> {
    const found = Number.isSafeInteger(version) ? await this.repository.find(tenantId, version) : null;
    if (!found) throw new NotFoundError(`There is no version ${version}.`);
    return found;
  }

  /** @throws NotFoundError for a tenant that is not there (any more). */
  private async read<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    await this.tenants.get(tenantId);
    return this.database.readAsTenant(tenantId, work);
  }
}

function shown(entry: StoredEntry): HistoryEntry {
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
    changes: differences(entry.before, entry),
  };
}
