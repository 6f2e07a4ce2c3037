import { EnumField, PageQuery, DateField } from '#http';
import {
  type UsageGrouping,
  type UsageSortColumn,
  usageGroupings,
  usageSortColumns,
} from './platform-usage.repository.js';

export type UsageSort = UsageSortColumn | `-${UsageSortColumn}`;

const sortOrders: readonly UsageSort[] = [
  ...usageSortColumns,
  ...usageSortColumns.map((column) => `-${column}` as const),
];

/** A report of all tenants' usage. */
export class PlatformUsageQuery extends PageQuery {
  @DateField({
    optional: true,
    description: 'First day (UTC). Default: 29 days before `to`.',
    example: '2026-11-01',
  })
  from?: string;

  @DateField({ optional: true, description: 'Last day (UTC). Default: today.', example: '2026-11-30' })
  to?: string;

  @EnumField(usageGroupings, {
    optional: true,
    description: 'What a row sums up. Default: tenant',
    example: 'tenant',
  })
  group_by?: UsageGrouping;

  @EnumField(sortOrders, {
    optional: true,
    description:
      'The order, with `-` for the highest first. `group` is the tenant, plan, model or day. Default: -cost_usd; for days: group',
    example: '-cost_usd',
  })
  sort?: UsageSort;
}
