import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import { ActorName } from '../actors/actor-name.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { bulkTexts } from './bulk.texts.js';
import { words } from '../words/words.texts.js';

const columns: readonly Column<Schema<'BulkOperationResponse'>>[] = [
  {
    title: words.reason,
    cell: ({ id, reason }) => (
      <Anchor component={Link} to={`/bulk-updates/${id}`} size="sm">
        {reason}
      </Anchor>
    ),
  },
  { title: bulkTexts.columns.kind, cell: ({ kind }) => kind },
  { title: words.state, cell: ({ state }) => <StateBadge state={state} /> },
  { title: words.tenants, cell: ({ matched }) => matched.toLocaleString(), isNumber: true },
  { title: words.changed, cell: ({ updated }) => updated.toLocaleString(), isNumber: true },
  { title: words.by, cell: ({ created_by: by }) => <ActorName actor={by} /> },
  { title: words.started, cell: ({ created_at: at }) => <DateText at={at} /> },
];

/** All bulk operations, newest first. */
export function BulkListPage() {
  const pages = usePlatformPages('/v1/platform/bulk-updates', { refetchInterval: 10_000 });
  const create = (
    <Button component={Link} to="/bulk-updates/new">
      {bulkTexts.create}
    </Button>
  );
  return (
    <Screen title={bulkTexts.title} about={bulkTexts.about} actions={create}>
      <PagedTable
        label={bulkTexts.title}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title={bulkTexts.emptyTitle}
            action={
              <Button component={Link} to="/tenants">
                {bulkTexts.toTenants}
              </Button>
            }
          >
            {bulkTexts.empty}
          </EmptyState>
        }
      />
    </Screen>
  );
}
