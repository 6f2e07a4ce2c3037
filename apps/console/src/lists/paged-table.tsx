import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { PagedList } from './paged-list.js';
import type { Pages } from './use-tenant-pages.js';

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

/** A table that scrolls inside itself where it is wider than the screen; the keyboard can scroll it, too. */
export function RowsTable<T>({
  label,
  columns,
  rowKey,
  rows,
}: RowsTableProps<T> & { readonly rows: readonly T[] }) {
  return (
    <div role="region" aria-label={label} tabIndex={0} style={{ overflowX: 'auto' }}>
      <Table verticalSpacing="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title, isNumber }) => (
              <Table.Th key={title} ta={isNumber ? 'end' : 'start'} style={{ whiteSpace: 'nowrap' }}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map(({ title, cell, isNumber }) => (
                <Table.Td key={title} ta={isNumber ? 'end' : 'start'}>
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
