import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { useOpenRow } from '../lists/use-open-row.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { useApiScope } from '../scope/tenant-scope.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { StateBadge } from '../states/state-badge.js';
import { EmptyState, NoMatch } from '../states/states.js';
import { useOpenId } from '../url-state/use-open-id.js';
import { searchChoice, useSearchState } from '../url-state/use-search-state.js';
import { type Delivery, DeliveryDetails, attemptText } from './delivery-details.js';
import { useWebhookRefusal } from './use-webhook-refusal.js';
import type { Webhook } from './webhook-sheets.js';
import { webhookTexts } from './webhooks.texts.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

const list = '/v1/webhooks/{id}/deliveries';
const shape = { state: searchChoice(['all', 'pending', 'delivered', 'failed']) };

/** What was sent to a webhook, with what it answered, and a way to send it again. */
export function Deliveries({ webhook: { id: webhookId, state: webhookState } }: { webhook: Webhook }) {
  const [{ state }, set] = useSearchState(shape);
  const [again, setAgain] = useState<Delivery | null>(null);
  const [open, setOpen] = useOpenId('delivery');
  const isOfPlatform = useApiScope().tenantId === null;
  const refusal = useWebhookRefusal();
  const reason = refusal ?? (webhookState === 'disabled' ? webhookTexts.startFirst : null);
  const pages = useTenantPages(list, {
    params: { id: webhookId },
    query: state === 'all' ? {} : { state },
    refetchInterval: 10_000,
  });
  const opened = useOpenRow(open, pages);
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {webhookTexts.deliveries.title}
      </Title>
      <NativeSelect
        wrapperProps={{ role: 'search' }}
        label={words.state}
        w={200}
        value={state}
        data={['all', 'pending', 'delivered', 'failed']}
        onChange={(event) => set({ state: event.currentTarget.value as typeof state }, { replace: true })}
      />
      <PagedTable
        label={webhookTexts.deliveries.title}
        pages={pages}
        rowKey={({ id }) => id}
        columns={columnsFor({ reason, isOfPlatform, onAgain: setAgain, onOpen: ({ id }) => setOpen(id) })}
        empty={
          state === 'all' ? (
            <EmptyState title={webhookTexts.noDeliveries}>{webhookTexts.noDeliveriesAbout}</EmptyState>
          ) : (
            <NoMatch onClear={() => set({ state: 'all' })}>{webhookTexts.noMatch}</NoMatch>
          )
        }
      />
      {opened && <DeliveryDetails delivery={opened} onClose={() => setOpen('')} />}
      {again && <SendAgain webhookId={webhookId} delivery={again} onClose={() => setAgain(null)} />}
    </Stack>
  );
}

interface ColumnOptions {
  readonly reason: string | null;
  readonly isOfPlatform: boolean;
  readonly onAgain: (delivery: Delivery) => void;
  readonly onOpen: (delivery: Delivery) => void;
}

function columnsFor({ reason, isOfPlatform, onAgain, onOpen }: ColumnOptions): readonly Column<Delivery>[] {
  const tenant: Column<Delivery> = { title: words.tenant, cell: ({ tenant_id: id }) => id ?? '–' };
  return [
    { title: webhookTexts.deliveries.event, cell: ({ event }) => event },
    ...(isOfPlatform ? [tenant] : []),
    { title: words.state, cell: ({ state }) => <StateBadge state={state} /> },
    { title: webhookTexts.deliveries.happened, cell: ({ created_at: at }) => <DateText at={at} /> },
    { title: webhookTexts.deliveries.lastAttempt, cell: (delivery) => <LastAttempt delivery={delivery} /> },
    { title: webhookTexts.deliveries.attempts, isNumber: true, cell: ({ attempts }) => attempts.length },
    {
      title: words.acts,
      cell: (delivery) => (
        <Group gap="xs" wrap="nowrap">
          <Button size="xs" variant="subtle" onClick={() => onOpen(delivery)}>
            {words.details}
          </Button>
          <ActButton reason={reason} size="xs" variant="default" onClick={() => onAgain(delivery)}>
            {webhookTexts.again.open}
          </ActButton>
        </Group>
      ),
    },
  ];
}

function LastAttempt({ delivery: { attempts, next_attempt_at: next } }: { delivery: Delivery }) {
  const last = attempts.at(-1);
  return (
    <>
      <Text size="sm">{last ? attemptText(last) : webhookTexts.deliveries.noneYet}</Text>
      {next !== null && (
        <Text size="xs" c="dimmed">
          {fillIn(webhookTexts.deliveries.next, { date: <DateText at={next} /> })}
        </Text>
      )}
    </>
  );
}

function SendAgain({
  webhookId,
  delivery,
  onClose,
}: {
  webhookId: string;
  delivery: Delivery;
  onClose: () => void;
}) {
  const scope = useApiScope();
  const write = useTenantWrite();
  const path = '/v1/webhooks/{id}/deliveries/{delivery}/replay';
  const params = { id: webhookId, delivery: delivery.id };
  return (
    <ReviewSheet
      title={webhookTexts.again.title(delivery.event)}
      action={webhookTexts.sendOne}
      request={{ method: 'POST', url: scope.urlOf(path, params) }}
      onConfirm={async (request) => {
        await write('post', path, { params }, [list]);
        notifyDone({ message: webhookTexts.again.done(delivery.event), request });
      }}
      onClose={onClose}
    >
      <Text size="sm">{webhookTexts.again.about}</Text>
    </ReviewSheet>
  );
}
