import { Badge, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { reasonAgainst } from '../act/permission.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { formatMs } from '../numbers/format.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { useSession } from '../session/session-context.js';
import { EmptyState } from '../states/states.js';
import { searchChoice, useSearchState } from '../url-state/use-search-state.js';
import { webhookTexts } from './webhooks.texts.js';

type Delivery = Schema<'WebhookDeliveryResponse'>;
const list = '/v1/webhooks/{id}/deliveries';
const shape = { state: searchChoice(['all', 'pending', 'delivered', 'failed']) };

/** What was sent to a webhook, with what it answered, and a way to send it again. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const [{ state }, set] = useSearchState(shape);
  const [again, setAgain] = useState<Delivery | null>(null);
  const reason = reasonAgainst(useSession(), { scope: 'config:write' });
  const pages = useTenantPages(list, {
    params: { id: webhookId },
    query: state === 'all' ? {} : { state },
  });
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Deliveries
      </Title>
      <NativeSelect
        label="State"
        w={200}
        value={state}
        data={['all', 'pending', 'delivered', 'failed']}
        onChange={(event) => set({ state: event.currentTarget.value as typeof state }, { replace: true })}
      />
      <PagedTable
        label="Deliveries"
        pages={pages}
        rowKey={({ id }) => id}
        columns={columnsFor(reason, setAgain)}
        empty={<EmptyState title={webhookTexts.noDeliveries}>{webhookTexts.noDeliveriesAbout}</EmptyState>}
      />
      {again && <SendAgain webhookId={webhookId} delivery={again} onClose={() => setAgain(null)} />}
    </Stack>
  );
}

function columnsFor(
  reason: string | null,
  onAgain: (delivery: Delivery) => void,
): readonly Column<Delivery>[] {
  return [
    { title: 'Event', cell: ({ event }) => event },
    {
      title: 'State',
      cell: ({ state }) => (
        <Badge variant="outline" color={state === 'failed' ? 'red' : 'gray'} c="inherit">
          {state}
        </Badge>
      ),
    },
    { title: 'Happened', cell: ({ created_at: at }) => <DateText at={at} /> },
    { title: 'Last attempt', cell: ({ attempts }) => <Attempt attempts={attempts} /> },
    { title: 'Attempts', isNumber: true, cell: ({ attempts }) => attempts.length },
    {
      title: 'Acts',
      cell: (delivery) => (
        <ActButton reason={reason} size="xs" variant="default" onClick={() => onAgain(delivery)}>
          Send again
        </ActButton>
      ),
    },
  ];
}

function Attempt({ attempts }: { attempts: Delivery['attempts'] }) {
  const last = attempts.at(-1);
  if (!last) return 'none yet';
  return (
    <Text size="sm" title={last.response ?? ''}>
      {last.error ?? `answered ${String(last.status)}`}, {formatMs(last.latency_ms)}
    </Text>
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
  const scope = useTenantScope();
  const write = useTenantWrite();
  const path = '/v1/webhooks/{id}/deliveries/{delivery}/replay';
  const params = { id: webhookId, delivery: delivery.id };
  return (
    <ReviewSheet
      title={`Send ${delivery.event} again`}
      action="Send 1 event"
      request={{ method: 'POST', url: scope.urlOf(path, params) }}
      onConfirm={async () => {
        await write('post', path, { params }, [list]);
        notifyDone({ message: `${delivery.event} is sent again` });
      }}
      onClose={onClose}
    >
      <Text size="sm">The body and its id are the same as before.</Text>
    </ReviewSheet>
  );
}
