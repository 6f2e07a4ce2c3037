import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schema } from '../api/operations.js';
import { selectorText } from '../targets/selector.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { rolloutTexts } from './rollouts.texts.js';

const columns: readonly Column<Schema<'RolloutResponse'>>[] = [
  {
    title: 'Rollout',
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/rollouts/${id}`} size="sm">
        {name}
      </Anchor>
    ),
  },
  { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  {
    title: 'Share',
    cell: ({ percentage, unit }) => `${percentage} % of ${unit === 'tenant' ? 'tenants' : 'queries'}`,
  },
  { title: 'Changes', cell: ({ changes }) => Object.keys(changes).join(', ') },
  { title: 'Whom', cell: ({ selector }) => selectorText(selector) },
  { title: 'Started', cell: ({ created_at: at }) => <DateText at={at} /> },
];

/** All rollouts, newest first. */
export function RolloutsPage() {
  const pages = usePlatformPages('/v1/platform/rollouts', { refetchInterval: 10_000 });
  const create = (
    <Button component={Link} to="/rollouts/new">
      New rollout
    </Button>
  );
  return (
    <Screen title="Rollouts" about={rolloutTexts.about} actions={create}>
      <PagedTable
        label="Rollouts"
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState title={rolloutTexts.emptyTitle}>{rolloutTexts.empty}</EmptyState>}
      />
    </Screen>
  );
}
