import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { PagedList } from './paged-list.js';
import type { Pages } from './use-tenant-pages.js';
import styles from './rows-table.module.css';

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  readonly isNumber?: boolean;
}

export interface RowsTableProps<T> {
  /** What the rows are, for screen readers: "Rollouts". */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
}

/** A table of a list with pages. */
export function PagedTable<T>({
  pages,
  empty,
  ...table
}: RowsTableProps<T> & { readonly pages: Pages<T>; readonly empty: ReactNode }) {
  return (
    <PagedList pages={pages} empty={empty}>
      {(items) => <RowsTable {...table} rows={items} />}
    </PagedList>
  );
}

/**
 * A table that scrolls inside itself where it is wider than the screen; the keyboard can scroll it, too. In a narrow window each row is a
 * card. The roles are named, because an element that is no table on the screen would lose them.
 */
export function RowsTable<T>({
  label,
  columns,
  rowKey,
  rows,
}: RowsTableProps<T> & { readonly rows: readonly T[] }) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className={styles['region']}>
      <Table verticalSpacing="xs" aria-label={label} role="table">
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {columns.map(({ title, isNumber }) => (
              <Table.Th key={title} role="columnheader" data-number={isNumber}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)} role="row">
              {columns.map(({ title, cell, isNumber }) => (
                <Table.Td key={title} role="cell" data-title={title} data-number={isNumber}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
