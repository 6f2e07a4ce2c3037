import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, type PageQuery, decodeCursor, defaultPageLimit, toPage } from '#http';
import { isTenantId } from '#kernel';
import { BulkItemRepository } from './bulk-item.repository.js';
import { BulkOperationRepository } from './bulk-operation.repository.js';
import { type BulkItem, type BulkOperation, type BulkOutcome, toBulkOperation } from './bulk-operation.js';

/** Pages of bulk operations, and of the tenants of one operation with their outcomes. */
@Injectable()
export class BulkListsService {
  constructor(
    private readonly database: Database,
    private readonly operations: BulkOperationRepository,
    private readonly items: BulkItemRepository,
  ) {}

  /** All operations, newest first. */
  async list({ limit = defaultPageLimit, cursor }: PageQuery): Promise<Page<BulkOperation>> {
    const after = decodeLastId(cursor);
    const read = () => this.operations.list(limit + 1, after);
    const rows = await this.database.listAsPlatform(allTenants, read);
    return toPage(rows, limit, { item: toBulkOperation, keys: ({ id }) => [id] });
  }

  /** The operation's tenants in the order of their ids. With `outcome` null, tenants of every outcome. */
  async listItems(
    operationId: string,
    outcome: BulkOutcome | null,
    { limit = defaultPageLimit, cursor }: PageQuery,
  ): Promise<Page<BulkItem>> {
    const filter = { operationId, outcome, after: decodeLastId(cursor), limit: limit + 1 };
    const rows = await this.database.listAsPlatform(allTenants, () => this.items.list(filter));
    return toPage(rows, limit, { item: (item) => item, keys: ({ tenant_id: id }) => [id] });
  }
}

/** Operation ids match the tenant-id pattern, so the same check applies to both lists. */
function decodeLastId(cursor: string | undefined): string | null {
  return cursor === undefined ? null : decodeCursor(cursor, isTenantId)[0];
}
