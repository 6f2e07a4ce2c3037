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

const columns: readonly Column<Schema<'BulkOperationResponse'>>[] = [
  {
    title: 'Reason',
    cell: ({ id, reason }) => (
      <Anchor component={Link} to={`/bulk-updates/${id}`} size="sm">
        {reason}
      </Anchor>
    ),
  },
  { title: 'Kind', cell: ({ kind }) => kind },
  { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { title: 'Tenants', cell: ({ matched }) => matched.toLocaleString(), isNumber: true },
  { title: 'Changed', cell: ({ updated }) => updated.toLocaleString(), isNumber: true },
  { title: 'By', cell: ({ created_by: by }) => <ActorName actor={by} /> },
  { title: 'Started', cell: ({ created_at: at }) => <DateText at={at} /> },
];

/** All bulk operations, newest first. */
export function BulkListPage() {
  const pages = usePlatformPages('/v1/platform/bulk-updates', { refetchInterval: 10_000 });
  const create = (
    <Button component={Link} to="/bulk-updates/new">
      New bulk update
    </Button>
  );
  return (
    <Screen title="Bulk updates" about={bulkTexts.about} actions={create}>
      <PagedTable
        label="Bulk updates"
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title={bulkTexts.emptyTitle}
            action={
              <Button component={Link} to="/tenants">
                To the tenants
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
