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
import { words } from '../words/words.texts.js';

const columns: readonly Column<Schema<'RolloutResponse'>>[] = [
  {
    title: rolloutTexts.rollout,
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/rollouts/${id}`} size="sm">
        {name}
      </Anchor>
    ),
  },
  { title: words.state, cell: ({ state }) => <StateBadge state={state} /> },
  {
    title: rolloutTexts.columns.share,
    cell: ({ percentage, unit }) => rolloutTexts.share(percentage, unit),
  },
  { title: words.changes, cell: ({ changes }) => Object.keys(changes).join(', ') },
  { title: rolloutTexts.columns.whom, cell: ({ selector }) => selectorText(selector) },
  { title: words.started, cell: ({ created_at: at }) => <DateText at={at} /> },
];

/** All rollouts, newest first. */
export function RolloutsPage() {
  const pages = usePlatformPages('/v1/platform/rollouts', { refetchInterval: 10_000 });
  const create = (
    <Button component={Link} to="/rollouts/new">
      {rolloutTexts.new.title}
    </Button>
  );
  return (
    <Screen title={rolloutTexts.title} about={rolloutTexts.about} actions={create}>
      <PagedTable
        label={rolloutTexts.title}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState title={rolloutTexts.emptyTitle}>{rolloutTexts.empty}</EmptyState>}
      />
    </Screen>
  );
}
