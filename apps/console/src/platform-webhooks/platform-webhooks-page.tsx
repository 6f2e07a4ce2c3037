import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { type IssuedSecret, ShownOnce } from '../act/shown-once.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { useOpenRow } from '../lists/use-open-row.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { PlatformScopeProvider } from '../scope/tenant-scope.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { useOpenId } from '../url-state/use-open-id.js';
import { useWebhookRefusal } from '../webhooks/use-webhook-refusal.js';
import { WebhookDetails } from '../webhooks/webhook-details.js';
import { CreateWebhook, type Webhook } from '../webhooks/webhook-sheets.js';
import { WebhookState } from '../webhooks/webhook-state.js';
import { words } from '../words/words.texts.js';
import { texts } from './platform-webhooks.texts.js';

/** The platform's webhooks, for events of all tenants. */
export function PlatformWebhooksPage() {
  return (
    <PlatformScopeProvider>
      <PlatformWebhooks />
    </PlatformScopeProvider>
  );
}

function PlatformWebhooks() {
  const [open, setOpen] = useOpenId('open');
  const [isCreating, setCreating] = useState(false);
  const [secret, setSecret] = useState<IssuedSecret | null>(null);
  const refusal = useWebhookRefusal();
  const pages = useTenantPages('/v1/webhooks', { refetchInterval: 10_000 });
  const opened = useOpenRow(open, pages);
  const create = (
    <ActButton reason={refusal} onClick={() => setCreating(true)}>
      {words.makeWebhook}
    </ActButton>
  );
  return (
    <Screen title={texts.title} about={texts.about} actions={create}>
      <PagedTable
        label={texts.title}
        pages={pages}
        columns={columnsWith(setOpen)}
        rowKey={({ id }) => id}
        empty={<EmptyState title={texts.none}>{texts.empty}</EmptyState>}
      />
      {opened && <Opened key={opened.id} webhook={opened} onClose={() => setOpen('')} />}
      {isCreating && <CreateWebhook onSecret={setSecret} onClose={() => setCreating(false)} />}
      {secret && <ShownOnce {...secret} onClose={() => setSecret(null)} />}
    </Screen>
  );
}

function Opened({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const close = (
    <Button size="xs" variant="subtle" onClick={onClose}>
      {words.close}
    </Button>
  );
  return (
    <Section title={webhook.url} act={close}>
      <WebhookDetails webhook={webhook} onDeleted={onClose} />
    </Section>
  );
}

function columnsWith(onOpen: (id: string) => void): readonly Column<Webhook>[] {
  return [
    {
      title: words.address,
      cell: ({ id, url }) => (
        <Anchor component="button" type="button" size="sm" ta="start" onClick={() => onOpen(id)}>
          {url}
        </Anchor>
      ),
    },
    { title: words.state, cell: ({ state }) => <WebhookState state={state} /> },
    { title: words.events, cell: ({ events }) => events.join(', ') },
    { title: words.made, cell: ({ created_at: at }) => <DateText at={at} /> },
  ];
}
