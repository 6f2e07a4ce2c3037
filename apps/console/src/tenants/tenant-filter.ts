import type { QueryOf, Schema } from '../api/operations.js';
import { type SearchValue, searchChoice, searchList, searchText } from '../url-state/search-values.js';
import { tenantTexts } from './tenants.texts.js';

type TenantsQuery = QueryOf<'/v1/platform/tenants', 'get'>;
export type TenantSort = NonNullable<TenantsQuery['sort']>;

const columns = [
  'tenant_id',
  'name',
  'plan',
  'status',
  'version',
  'last_change_at',
  'pending_requests',
] as const;
const sorts: readonly string[] = columns.flatMap((column) => [column, `-${column}`]);

const searchSort: SearchValue<TenantSort> = {
  read: (text) => (text !== null && sorts.includes(text) ? (text as TenantSort) : 'tenant_id'),
  write: (value) => (value === 'tenant_id' ? null : value),
};

/** What the URL of the tenants' screen holds: the filter, the order, the tenant that is peeked at, and the ticked ones. */
export const tenantSearch = {
  q: searchText,
  plan: searchText,
  status: searchChoice(['', 'active', 'suspended']),
  label: searchText,
  sort: searchSort,
  open: searchText,
  ids: searchList,
};

export interface TenantFilter {
  readonly q: string;
  readonly plan: string;
  readonly status: '' | 'active' | 'suspended';
  readonly label: string;
  readonly sort: TenantSort;
}

const labelPattern = /^[a-z0-9][a-z0-9._-]{0,62}:./;

/** The query of the list for a filter. A label that is only half typed is left out. */
export function toTenantsQuery({ q, plan, status, label, sort }: TenantFilter): TenantsQuery {
  return {
    sort,
    ...(q.trim() !== '' && { q: q.trim() }),
    ...(plan !== '' && { plan }),
    ...(status !== '' && { status }),
    ...(labelPattern.test(label) && { label }),
  };
}

/** The selector of a bulk update for the ticked tenants, or for all that the filter matches; a text says why there is none. */
export function toSelector(filter: TenantFilter, ids: readonly string[]): Schema<'SelectorRequest'> | string {
  if (ids.length > 0) return { tenant_ids: [...ids] };
  const unsupported = unsupportedParts(filter);
  if (unsupported !== '') return tenantTexts.filter.unsupported(unsupported);
  const plans = filter.plan !== '' && { plans: [filter.plan] };
  const [name, ...value] = filter.label.split(':');
  const labels = labelPattern.test(filter.label) && { labels: { [name!]: value.join(':') } };
  return plans || labels ? { ...plans, ...labels } : { all: true };
}

/** What a selector does not have, in words; empty if it has all of the filter. */
function unsupportedParts({ q, status }: TenantFilter): string {
  const { searchPart, statePart, and } = tenantTexts.filter;
  return [...(q.trim() === '' ? [] : [searchPart]), ...(status === '' ? [] : [statePart])].join(and);
}

/** The other direction of a column, or its first. */
export function nextSort(current: TenantSort, column: (typeof columns)[number]): TenantSort {
  return current === column ? (`-${column}` as TenantSort) : column;
}

export function isFiltered({ q, plan, status, label }: TenantFilter): boolean {
  return q !== '' || plan !== '' || status !== '' || label !== '';
}
