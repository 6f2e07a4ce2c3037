import { Anchor, Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schema } from '../api/operations.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';

type Model = Schema<'ModelResponse'>;

const columns: readonly Column<Model>[] = [
  {
    title: 'Model',
    cell: ({ id }) => (
      <Anchor component={Link} to={`/models/${encodeURIComponent(id)}`} size="sm">
        {id}
      </Anchor>
    ),
  },
  { title: 'Provider', cell: ({ provider }) => provider },
  { title: 'Tier', cell: ({ tier }) => tier },
  {
    title: 'State',
    cell: ({ state = 'active' }) => <StateBadge state={state} />,
  },
  { title: 'Window', cell: ({ context_window: window }) => window.toLocaleString(), isNumber: true },
  { title: 'Output', cell: ({ max_output_tokens: tokens }) => tokens.toLocaleString(), isNumber: true },
  { title: 'In, $ per million', cell: ({ input_usd_per_mtok: price }) => price, isNumber: true },
  { title: 'Out, $ per million', cell: ({ output_usd_per_mtok: price }) => price, isNumber: true },
];

/** The model catalogue. */
export function ModelsPage() {
  const pages = usePlatformPages('/v1/platform/models');
  return (
    <Screen
      title="Models"
      about="The catalogue: what the plans can allow, and what each model takes and costs."
      isWide
    >
      <NewModel />
      <PagedTable
        label="Models"
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No model">Without a model nobody can ask. Add the first one.</EmptyState>}
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
          label="Open or add a model"
          placeholder="its id"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={id.trim() === ''}>
          Open it
        </Button>
      </Group>
    </form>
  );
}
