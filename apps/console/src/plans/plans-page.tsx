import { Anchor, Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schema } from '../api/operations.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';

const listOf = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ') || '–';

const columns: readonly Column<Schema<'PlanResponse'>>[] = [
  {
    title: 'Plan',
    cell: ({ id }) => (
      <Anchor component={Link} to={`/plans/${id}`} size="sm">
        {id}
      </Anchor>
    ),
  },
  {
    title: 'Models',
    cell: ({ allowed_tiers: tiers, allowed_models: models }) => [...tiers, ...models].join(', '),
  },
  { title: 'Ceilings', cell: ({ ceilings }) => listOf(ceilings) },
  { title: 'Defaults', cell: ({ defaults }) => listOf(defaults) },
  { title: 'Locked settings', cell: ({ locked_settings: locked }) => locked.join(', ') || '–' },
];

/** All plans. */
export function PlansPage() {
  const pages = usePlatformPages('/v1/platform/plans');
  return (
    <Screen
      title="Plans"
      about="What a tenant has bought: default settings, ceilings, models, and settings that it may not change."
    >
      <PagedTable
        label="Plans"
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No plan">A tenant needs a plan. Make the first one below.</EmptyState>}
      />
      <NewPlan />
    </Screen>
  );
}

function NewPlan() {
  const [id, setId] = useState('');
  const navigate = useNavigate();
  const isValid = /^[a-z0-9-]{1,50}$/.test(id);
  const open = (event: React.FormEvent): void => {
    event.preventDefault();
    if (isValid) void navigate(`/plans/${id}`);
  };
  return (
    <form onSubmit={open}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label="New plan"
          placeholder="id, such as team"
          value={id}
          error={id !== '' && !isValid && 'Use a to z, 0 to 9 and -.'}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!isValid}>
          Open it
        </Button>
      </Group>
    </form>
  );
}
