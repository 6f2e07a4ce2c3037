import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { StateBadge } from '../states/state-badge.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { CreateWebhook } from './create-webhook.js';
import { WebhookDetails } from './webhook-details.js';

const path = '/v1/platform/webhooks';
const shape = { open: searchText };
const texts = {
  about: 'Addresses that are told of events of all tenants, signed as Standard Webhooks say.',
  empty: 'Let another system know when a configuration changes, a budget runs out or a rollout stops.',
};

/** The platform's webhooks, for events of all tenants. */
export function PlatformWebhooksPage() {
  const [{ open }, setSearch] = useSearchState(shape);
  const [isCreating, setCreating] = useState(false);
  const refusal = usePlatformRefusal();
  const pages = usePlatformPages(path);
  const opened = pages.items.find(({ id }) => id === open);
  const create = (
    <ActButton reason={refusal} onClick={() => setCreating(true)}>
      Add a webhook
    </ActButton>
  );
  return (
    <Screen title="Platform webhooks" about={texts.about} actions={create}>
      <PagedTable
        label="Platform webhooks"
        pages={pages}
        columns={columnsWith((id) => setSearch({ open: id }))}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No webhook yet">{texts.empty}</EmptyState>}
      />
      {opened && <WebhookDetails key={opened.id} webhook={opened} onClose={() => setSearch({ open: '' })} />}
      {isCreating && <CreateWebhook onClose={() => setCreating(false)} />}
    </Screen>
  );
}

function columnsWith(onOpen: (id: string) => void): readonly Column<Schema<'WebhookResponse'>>[] {
  return [
    {
      title: 'Address',
      cell: ({ id, url }) => (
        <Anchor component="button" type="button" size="sm" ta="start" onClick={() => onOpen(id)}>
          {url}
        </Anchor>
      ),
    },
    { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
    { title: 'Events', cell: ({ events }) => events.join(', ') },
    { title: 'Added', cell: ({ created_at: at }) => <DateText at={at} /> },
  ];
}
