import { Injectable } from '@nestjs/common';
import { type Page, decodeCursor, isIntegerString, toPage } from '#http';
import { Clock } from '#kernel';
import {
  type PlatformUsageGroup,
  PlatformUsageRepository,
  type PlatformUsageSelection,
  type UsageGrouping,
  type UsageSortColumn,
} from './platform-usage.repository.js';
import type { PlatformUsageQuery } from './platform-usage.request.js';
import type { PlatformUsageRow } from './platform-usage.response.js';
import { resolvePeriod } from './usage.request.js';

const rowsPerChunk = 500;

/** Reports the usage of all tenants. */
@Injectable()
export class PlatformUsageService {
  constructor(
    private readonly clock: Clock,
    private readonly repository: PlatformUsageRepository,
  ) {}

  /** @throws InvalidInputError when the period is invalid, or the cursor belongs to another report. */
  async list(query: PlatformUsageQuery): Promise<Page<PlatformUsageRow>> {
    const selection = this.toSelection(query);
    const groups = await this.repository.list(selection, parsePosition(query, selection), query.limit + 1);
    return toPage(groups, query.limit, {
      item: (group) => toRow(group, selection.groupBy),
      keys: ({ key, sort_key: sortKey }) => [reportOf(selection), sortKey, key],
    });
  }

  /**
   * The whole report, all figures of the same moment. It is read before this returns, so that an error still gets an error answer, and
   * written in chunks, so that other requests run between them.
   */
  async export(
    query: PlatformUsageQuery,
    toText: (rows: readonly PlatformUsageRow[]) => string,
  ): Promise<Iterable<string>> {
    const selection = this.toSelection(query);
    const groups = await this.repository.list(selection, null, null);
    return chunksOf(groups, (chunk) => toText(chunk.map((group) => toRow(group, selection.groupBy))));
  }

  /** @throws InvalidInputError when the period is invalid. */
  assertValid(query: Partial<PlatformUsageQuery>): void {
    resolvePeriod(query, this.clock.now());
  }

  private toSelection(query: PlatformUsageQuery): PlatformUsageSelection {
    const { group_by: groupBy = 'tenant' } = query;
    const { sort = groupBy === 'day' ? 'group' : '-cost_usd' } = query;
    const isDescending = sort.startsWith('-');
    const sortBy = (isDescending ? sort.slice(1) : sort) as UsageSortColumn;
    return { period: resolvePeriod(query, this.clock.now()), groupBy, sortBy, isDescending };
  }
}

function* chunksOf(
  groups: readonly PlatformUsageGroup[],
  toText: (chunk: readonly PlatformUsageGroup[]) => string,
): Generator<string> {
  for (let start = 0; start === 0 || start < groups.length; start += rowsPerChunk)
    yield toText(groups.slice(start, start + rowsPerChunk));
}

function parsePosition(
  { cursor }: PlatformUsageQuery,
  selection: PlatformUsageSelection,
): readonly [string, string] | null {
  if (cursor === undefined) return null;
  const isSameReport = (key: string): boolean => key === reportOf(selection);
  const isSortKey = selection.sortBy === 'group' ? () => true : isIntegerString;
  const [, sortKey, key] = decodeCursor(cursor, isSameReport, isSortKey, () => true);
  return [sortKey, key];
}

/** A cursor means nothing in a report with other groups, another order or another period. */
function reportOf({ period, groupBy, sortBy, isDescending }: PlatformUsageSelection): string {
  return [groupBy, sortBy, isDescending ? 'desc' : 'asc', period.from, period.to].join(' ');
}

function toRow(
  { key, plan, sort_key: _sortKey, ...sums }: PlatformUsageGroup,
  groupBy: UsageGrouping,
): PlatformUsageRow {
  const keyIf = (grouping: UsageGrouping): string | null => (groupBy === grouping ? key : null);
  return {
    tenant_id: keyIf('tenant'),
    plan: keyIf('plan') ?? plan,
    model: keyIf('model'),
    date: keyIf('day'),
    ...sums,
  };
}
