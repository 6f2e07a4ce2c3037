import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, type PageQuery, decodeCursor, defaultLimit, pageOf } from '#http';
import { isTenantId } from '#kernel';
import { BulkItemRepository } from './bulk-item.repository.js';
import { BulkOperationRepository, shownOperation } from './bulk-operation.repository.js';
import type { BulkItem, BulkOperation, BulkOutcome } from './bulk-operation.js';

/** Bulk operations, and what became of their tenants, by pages. */
@Injectable()
export class BulkLists {
  constructor(
    private readonly database: Database,
    private readonly operations: BulkOperationRepository,
    private readonly items: BulkItemRepository,
  ) {}

  /** Newest first. */
  async list({ limit = defaultLimit, cursor }: PageQuery): Promise<Page<BulkOperation>> {
    const after = lastShown(cursor);
    const read = () => this.operations.list(limit + 1, after);
    const rows = await this.database.readAsPlatform(allTenants, read);
    return pageOf(rows, limit, { item: shownOperation, keys: ({ id }) => [id] });
  }

  /** By tenants' ids; null for every outcome. */
  async itemsOf(
    operationId: string,
    outcome: BulkOutcome | null,
    { limit = defaultLimit, cursor }: PageQuery,
  ): Promise<Page<BulkItem>> {
    const filter = { operationId, outcome, after: lastShown(cursor), limit: limit + 1 };
    const rows = await this.database.readAsPlatform(allTenants, () => this.items.list(filter));
    return pageOf(rows, limit, { item: (item) => item, keys: ({ tenant_id: id }) => [id] });
  }
}

/** An operation's id has the form of a tenant's. */
function lastShown(cursor: string | undefined): string | null {
  return cursor === undefined ? null : decodeCursor(cursor, isTenantId)[0];
}
