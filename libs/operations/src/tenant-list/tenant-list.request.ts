import { EnumField, PageQuery, StringField } from '#http';
import { planIdPattern } from '#settings';
import { type SortColumn, sortColumns } from './tenant-list.repository.js';

export type SortOrder = SortColumn | `-${SortColumn}`;

const columns = Object.keys(sortColumns) as SortColumn[];
const sortOrders: readonly SortOrder[] = [...columns, ...columns.map((column) => `-${column}` as const)];

export class TenantListQuery extends PageQuery {
  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'Only tenants whose id or name has this part, in upper or lower case',
    example: 'law',
  })
  q?: string;

  @StringField({
    pattern: planIdPattern,
    patternHint: "a plan's id",
    optional: true,
    description: 'Only tenants on this plan',
  })
  plan?: string;

  @EnumField(['active', 'suspended'], { optional: true, description: 'Only tenants in this state' })
  status?: string;

  @StringField({
    max: 300,
    pattern: /^[a-z0-9][a-z0-9._-]{0,62}:./,
    patternHint: 'a label, name:value',
    optional: true,
    description: 'Only tenants with this label: `name:value`',
    example: 'region:eu',
  })
  label?: string;

  @EnumField(sortOrders, {
    optional: true,
    description: 'The order: a column, with `-` in front for the highest first. Default: tenant_id',
    example: '-last_change_at',
  })
  sort?: SortOrder;

  @EnumField(['count'], {
    optional: true,
    description: '`count`: the answer has the number of all tenants that match, in `total`',
    example: 'count',
  })
  include?: 'count';
}
