import { Group, Text } from '@mantine/core';
import { LoadMore, type LoadMoreProps } from './load-more.js';
import { RowsTable, type RowsTableProps } from './paged-table.js';
import { texts } from './lists.texts.js';

interface PreviewRowsProps<T> extends RowsTableProps<T> {
  readonly rows: readonly T[];
  /** How many there are at most: "of 812". */
  readonly matched: string;
  readonly query: LoadMoreProps['query'];
}

/** The rows of a preview so far, and the way to more. Nothing where there are none. */
export function PreviewRows<T>({ rows, matched, query, ...table }: PreviewRowsProps<T>) {
  if (rows.length === 0 && !query.hasNextPage) return null;
  return (
    <>
      {rows.length > 0 && <RowsTable {...table} rows={rows} />}
      <Group>
        <Text size="sm" c="dimmed">
          {texts.previewed(rows.length, matched)}
        </Text>
        <LoadMore query={query} />
      </Group>
    </>
  );
}
