import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { type IssuedSecret, ShownOnce } from '../act/shown-once.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { CreateWebhook, type Webhook } from './webhook-sheets.js';
import { useWebhookRefusal } from './use-webhook-refusal.js';
import { WebhookState } from './webhook-state.js';
import { webhookTexts } from './webhooks.texts.js';
import { words } from '../words/words.texts.js';

export function WebhooksPage() {
  const [isOpen, setOpen] = useState(false);
  const [secret, setSecret] = useState<IssuedSecret | null>(null);
  const reason = useWebhookRefusal();
  const pages = useTenantPages('/v1/webhooks');
  return (
    <Screen
      title={webhookTexts.title}
      about={webhookTexts.about}
      actions={
        <ActButton reason={reason} onClick={() => setOpen(true)}>
          {words.makeWebhook}
        </ActButton>
      }
    >
      <PagedTable
        label={webhookTexts.title}
        pages={pages}
        rowKey={({ id }) => id}
        columns={columns}
        empty={<EmptyState title={webhookTexts.none}>{webhookTexts.noneAbout}</EmptyState>}
      />
      {isOpen && <CreateWebhook onSecret={setSecret} onClose={() => setOpen(false)} />}
      {secret && <ShownOnce {...secret} onClose={() => setSecret(null)} />}
    </Screen>
  );
}

const columns: readonly Column<Webhook>[] = [
  {
    title: words.address,
    cell: ({ id, url }) => (
      <Anchor component={Link} to={id} size="sm" style={{ overflowWrap: 'anywhere' }}>
        {url}
      </Anchor>
    ),
  },
  { title: words.state, cell: ({ state }) => <WebhookState state={state} /> },
  { title: words.events, cell: ({ events }) => events.join(', ') },
  { title: words.made, cell: ({ created_at: at }) => <DateText at={at} /> },
];
