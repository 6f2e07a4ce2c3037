import { Anchor, Button, Group, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schema } from '../api/operations.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { ValueList } from '../lists/value-list.js';
import { settingTitle } from '../settings/setting-properties.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { words } from '../words/words.texts.js';
import { texts } from './plans.texts.js';

const listOf = (values: Readonly<Record<string, unknown>>): ReactNode =>
  Object.keys(values).length === 0 ? '–' : <ValueList values={values} maxLength={60} />;

const columns: readonly Column<Schema<'PlanResponse'>>[] = [
  {
    title: words.plan,
    cell: ({ id }) => (
      <Anchor component={Link} to={`/plans/${id}`} size="sm">
        {id}
      </Anchor>
    ),
  },
  {
    title: words.models,
    cell: ({ allowed_tiers: tiers, allowed_models: models }) => [...tiers, ...models].join(', '),
  },
  { title: texts.ceilings, cell: ({ ceilings }) => listOf(ceilings) },
  { title: texts.defaults, cell: ({ defaults }) => listOf(defaults) },
  {
    title: texts.lockedSettings,
    cell: ({ locked_settings: locked }) => locked.map(settingTitle).join(', ') || '–',
  },
];

/** All plans. */
export function PlansPage() {
  const pages = usePlatformPages('/v1/platform/plans');
  return (
    <Screen title={words.plans} about={texts.about}>
      <PagedTable
        label={words.plans}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState title={texts.none}>{texts.noneAbout}</EmptyState>}
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
          label={texts.newPlan}
          placeholder={texts.idExample}
          value={id}
          error={id !== '' && !isValid && texts.idFault}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!isValid}>
          {words.openIt}
        </Button>
      </Group>
    </form>
  );
}
