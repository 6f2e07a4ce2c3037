import type { ReactNode } from 'react';
import type { Schema } from '../api/operations.js';
import { PlainDate } from '../dates/plain-date.js';
import type { TenantSort } from './tenant-filter.js';
import styles from './tenant-grid.module.css';
import { words } from '../words/words.texts.js';
import { tenantTexts } from './tenants.texts.js';

export type ListedTenant = Schema<'ListedTenantResponse'>;

export interface TenantColumn {
  readonly title: string;
  /** What a click on the title sorts by. */
  readonly sort?: 'tenant_id' | 'plan' | 'status' | 'version' | 'last_change_at' | 'pending_requests';
  readonly className: string;
  readonly cell: (tenant: ListedTenant, nameOf: (actor: string) => string) => ReactNode;
}

/** The screen that a tenant of the list opens. */
export const openPathOf = (id: string): string => `/tenants/${encodeURIComponent(id)}/configuration`;

const classes = (...names: (string | undefined)[]): string => names.filter(Boolean).join(' ');

/** Plain elements: hundreds of rows pass by while the list is scrolled. */
export const tenantColumns: readonly TenantColumn[] = [
  {
    title: words.tenant,
    sort: 'tenant_id',
    className: classes(styles['cell']),
    cell: ({ tenant_id: id, name }) => (
      <>
        <a href={openPathOf(id)} tabIndex={-1} className={styles['name']}>
          {id}
        </a>{' '}
        <span className={styles['id']}>{name}</span>
      </>
    ),
  },
  {
    title: words.plan,
    sort: 'plan',
    className: classes(styles['cell'], styles['medium']),
    cell: ({ plan }) => plan,
  },
  {
    title: words.state,
    sort: 'status',
    className: classes(styles['cell']),
    cell: ({ status }) => (status === 'suspended' ? <strong>{tenantTexts.suspended}</strong> : status),
  },
  {
    title: words.version,
    sort: 'version',
    className: classes(styles['cell'], styles['number'], styles['medium']),
    cell: ({ version }) => version,
  },
  {
    title: tenantTexts.columns.lastChange,
    sort: 'last_change_at',
    className: classes(styles['cell'], styles['wide']),
    cell: ({ last_change_at: at }) => <PlainDate at={at} />,
  },
  {
    title: words.by,
    className: classes(styles['cell'], styles['wide'], styles['dimmed']),
    cell: ({ last_change_by: by }, nameOf) => <span title={by}>{nameOf(by)}</span>,
  },
  {
    title: tenantTexts.columns.lock,
    className: classes(styles['cell'], styles['wide']),
    cell: ({ override_allowed: isOpen }) => (isOpen ? tenantTexts.unlocked : tenantTexts.locked),
  },
  {
    title: tenantTexts.columns.waiting,
    sort: 'pending_requests',
    className: classes(styles['cell'], styles['number'], styles['wide']),
    cell: ({ pending_requests: waiting }) => (waiting === 0 ? '–' : waiting),
  },
];

/** `ascending` and so on, for `aria-sort`. */
export function ariaSortOf(
  column: TenantColumn,
  sort: TenantSort,
): 'ascending' | 'descending' | 'none' | undefined {
  if (column.sort === undefined) return undefined;
  if (sort === column.sort) return 'ascending';
  return sort === `-${column.sort}` ? 'descending' : 'none';
}
