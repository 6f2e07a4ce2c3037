import { Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { ShownOnce } from '../act/shown-once.js';
import { call, toUrl } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { StateBadge } from '../states/state-badge.js';

type Webhook = Schema<'WebhookResponse'>;
type Delivery = Schema<'WebhookDeliveryResponse'>;
type Act = 'switch' | 'rotate' | 'test' | 'delete';

const list = '/v1/platform/webhooks';
const path = '/v1/platform/webhooks/{id}';

/** One webhook: its deliveries, and what can be done with it. */
export function WebhookDetails({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const [act, setAct] = useState<Act | null>(null);
  const refusal = usePlatformRefusal();
  const isOff = webhook.state === 'disabled';
  const acts = [
    ['test', 'Send a test'],
    ['switch', isOff ? 'Enable' : 'Disable'],
    ['rotate', 'New secret'],
    ['delete', 'Delete'],
  ] as const;
  return (
    <Section
      title={webhook.url}
      act={
        <Button size="xs" variant="subtle" onClick={onClose}>
          Close
        </Button>
      }
    >
      {webhook.state_reason !== null && <Text size="sm">{webhook.state_reason}</Text>}
      <Group gap="xs">
        {acts.map(([name, label]) => (
          <ActButton key={name} size="xs" variant="default" reason={refusal} onClick={() => setAct(name)}>
            {label}
          </ActButton>
        ))}
      </Group>
      <Deliveries id={webhook.id} />
      {act && <ActSheet act={act} webhook={webhook} onClose={() => setAct(null)} onGone={onClose} />}
    </Section>
  );
}

interface ActSheetProps {
  readonly act: Act;
  readonly webhook: Webhook;
  readonly onClose: () => void;
  readonly onGone: () => void;
}

function ActSheet({ act, webhook, onClose, onGone }: ActSheetProps) {
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const [headers] = useState(createIdempotencyHeaders);
  const params = { id: webhook.id };
  const state: 'active' | 'disabled' = webhook.state === 'disabled' ? 'active' : 'disabled';
  const done = async (message: string): Promise<void> => {
    await client.invalidateQueries({ queryKey: [list] });
    await client.invalidateQueries({ queryKey: [`${path}/deliveries`] });
    notifyDone({ message });
  };
  const acts = {
    test: {
      action: 'Send webhook.test now',
      request: { method: 'POST', url: toUrl(`${path}/test`, params) },
      run: async () => {
        const { data } = await call('post', `${path}/test`, { params });
        await done(`The test is ${data.state}.`);
      },
    },
    switch: {
      action: state === 'active' ? 'Enable it' : 'Disable it',
      request: { method: 'PATCH', url: toUrl(path, params), body: { state } },
      run: async () => {
        await call('patch', path, { params, body: { state } });
        await done(`The webhook is ${state}.`);
      },
    },
    rotate: {
      action: 'Make a new secret',
      request: { method: 'POST', url: toUrl(`${path}/rotate-secret`, params), headers },
      run: async (): Promise<false> => {
        setSecret((await call('post', `${path}/rotate-secret`, { params, headers })).data.secret);
        return false;
      },
    },
    delete: {
      action: 'Delete it with its deliveries',
      request: { method: 'DELETE', url: toUrl(path, params) },
      run: async () => {
        await call('delete', path, { params });
        onGone();
        await done('The webhook is deleted.');
      },
    },
  }[act];
  if (secret !== null) return <ShownOnce title="New secret" secret={secret} onClose={onClose} />;
  return (
    <ReviewSheet
      title={webhook.url}
      action={acts.action}
      isDangerous={act === 'delete'}
      request={acts.request}
      onConfirm={acts.run}
      onClose={onClose}
    >
      {act === 'rotate' && (
        <Text size="sm">For 24 hours deliveries are signed with the old secret, too.</Text>
      )}
    </ReviewSheet>
  );
}

function Deliveries({ id }: { id: string }) {
  const client = useQueryClient();
  const refusal = usePlatformRefusal();
  const pages = usePlatformPages(`${path}/deliveries`, { params: { id } });
  const replay = async (delivery: string): Promise<void> => {
    await call('post', `${path}/deliveries/{delivery}/replay`, { params: { id, delivery } });
    await client.invalidateQueries({ queryKey: [`${path}/deliveries`] });
    notifyDone({ message: 'It is sent again.' });
  };
  const columns: readonly Column<Delivery>[] = [
    { title: 'When', cell: ({ created_at: at }) => <DateText at={at} /> },
    { title: 'Event', cell: ({ event }) => event },
    { title: 'Tenant', cell: ({ tenant_id: tenant }) => tenant ?? '–' },
    { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
    { title: 'Attempts', cell: ({ attempts }) => attempts.length, isNumber: true },
    { title: 'Last answer', cell: ({ attempts }) => answerOf(attempts.at(-1)) },
    {
      title: 'Again',
      cell: (delivery) => (
        <ActButton
          size="xs"
          variant="subtle"
          reason={refusal}
          aria-label={`Send ${delivery.event} again`}
          onClick={() => void replay(delivery.id)}
        >
          Send again
        </ActButton>
      ),
    },
  ];
  return (
    <PagedTable
      label="Deliveries"
      pages={pages}
      columns={columns}
      rowKey={({ id: delivery }) => delivery}
      empty={<Text size="sm">Nothing was sent in the last 30 days.</Text>}
    />
  );
}

const answerOf = (attempt: Delivery['attempts'][number] | undefined): string =>
  attempt === undefined ? '–' : (attempt.error ?? `${attempt.status} in ${attempt.latency_ms} ms`);
