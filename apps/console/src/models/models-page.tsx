import { Anchor, Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schema } from '../api/operations.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { words } from '../words/words.texts.js';
import { texts } from './models.texts.js';

type Model = Schema<'ModelResponse'>;

const columns: readonly Column<Model>[] = [
  {
    title: words.model,
    cell: ({ id }) => (
      <Anchor component={Link} to={`/models/${encodeURIComponent(id)}`} size="sm">
        {id}
      </Anchor>
    ),
  },
  { title: texts.provider, cell: ({ provider }) => provider },
  { title: texts.tier, cell: ({ tier }) => tier },
  {
    title: words.state,
    cell: ({ state = 'active' }) => <StateBadge state={state} />,
  },
  {
    title: texts.columns.window,
    cell: ({ context_window: window }) => window.toLocaleString(),
    isNumber: true,
  },
  {
    title: texts.columns.output,
    cell: ({ max_output_tokens: tokens }) => tokens.toLocaleString(),
    isNumber: true,
  },
  { title: texts.columns.inputPrice, cell: ({ input_usd_per_mtok: price }) => price, isNumber: true },
  { title: texts.columns.outputPrice, cell: ({ output_usd_per_mtok: price }) => price, isNumber: true },
];

/** The model catalogue. */
export function ModelsPage() {
  const pages = usePlatformPages('/v1/platform/models');
  return (
    <Screen title={words.models} about={texts.about} isWide>
      <NewModel />
      <PagedTable
        label={words.models}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState title={texts.none}>{texts.noneAbout}</EmptyState>}
      />
    </Screen>
  );
}

function NewModel() {
  const [id, setId] = useState('');
  const navigate = useNavigate();
  const open = (event: React.FormEvent): void => {
    event.preventDefault();
    if (id.trim() !== '') void navigate(`/models/${encodeURIComponent(id.trim())}`);
  };
  return (
    <form onSubmit={open}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={texts.openOrAdd}
          placeholder={texts.idExample}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={id.trim() === ''}>
          {words.openIt}
        </Button>
      </Group>
    </form>
  );
}
