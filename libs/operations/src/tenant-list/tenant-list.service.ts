import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Page, decodeCursor, isIntegerString, toPage, withTotal } from '#http';
import { isTenantId } from '#kernel';
import {
  type ListedTenantRow,
  type SortColumn,
  type TenantListFilter,
  type TenantListPage,
  TenantListRepository,
  sortColumns,
} from './tenant-list.repository.js';
import type { TenantListQuery } from './tenant-list.request.js';
import type { ListedTenantResponse } from './tenant-list.response.js';

const isBooleanText = (key: string): boolean => key === 'true' || key === 'false';
const keyChecks = {
  text: () => true,
  bigint: isIntegerString,
  boolean: isBooleanText,
  timestamptz: isIntegerString,
} as const;

/** Lists tenants for platform admins, a page at a time, in any order. */
@Injectable()
export class TenantListService {
  constructor(
    private readonly database: Database,
    private readonly repository: TenantListRepository,
  ) {}

  /** @throws InvalidInputError when the cursor is of a list in another order. */
  async list(query: TenantListQuery): Promise<Page<ListedTenantResponse>> {
    const [filter, page] = [toFilter(query), toListPage(query)];
    return this.database.listAsPlatform(allTenants, async () => {
      const rows = await this.repository.list(filter, page);
      const keys = ({ sort_key: key, tenant_id: id }: ListedTenantRow) => [orderOf(query), key, id];
      const listed = toPage(rows, query.limit, { item: toResponse, keys });
      return query.include === 'count' ? withTotal(listed, await this.repository.count(filter)) : listed;
    });
  }
}

function toFilter({ q, plan, status, label }: TenantListQuery): TenantListFilter {
  const labels = label === undefined ? null : parseLabel(label);
  return { part: q ?? null, plan: plan ?? null, status: status ?? null, label: labels };
}

function parseLabel(label: string): Record<string, string> {
  const colon = label.indexOf(':');
  return { [label.slice(0, colon)]: label.slice(colon + 1) };
}

/** One row more than the page has shows that there is another page. */
function toListPage(query: TenantListQuery): TenantListPage {
  const order = orderOf(query);
  const isDescending = order.startsWith('-');
  const sortBy = (isDescending ? order.slice(1) : order) as SortColumn;
  return { sortBy, isDescending, after: parsePosition(query, sortBy), limit: query.limit + 1 };
}

/** A cursor names its order, because it means nothing in another one. */
function parsePosition(query: TenantListQuery, sortBy: SortColumn): TenantListPage['after'] {
  if (query.cursor === undefined) return null;
  const isSameOrder = (key: string): boolean => key === orderOf(query);
  const isKey = keyChecks[sortColumns[sortBy].type];
  const [, key, tenantId] = decodeCursor(query.cursor, isSameOrder, isKey, isTenantId);
  return [key, tenantId];
}

function orderOf({ sort = 'tenant_id' }: TenantListQuery): string {
  return sort;
}

function toResponse({ sort_key: _key, ...row }: ListedTenantRow): ListedTenantResponse {
  const { created_at: created, last_change_at: changed } = row;
  return { ...row, created_at: created.toISOString(), last_change_at: changed.toISOString() };
}
