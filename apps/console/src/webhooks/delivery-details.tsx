import { Code, Stack, Text, Title } from '@mantine/core';
import { Dialog } from '../act/dialog.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { RowsTable } from '../lists/paged-table.js';
import { formatMs } from '../numbers/format.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';
import { webhookTexts } from './webhooks.texts.js';

export type Delivery = Schema<'WebhookDeliveryResponse'>;
type Attempt = Delivery['attempts'][number];

/** What was sent, and what each attempt was answered. */
export function DeliveryDetails({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  return (
    <Dialog title={delivery.event} size="lg" onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm">
          {fillIn(webhookTexts.deliveries.header, {
            header: <Code>webhook-id</Code>,
            id: <Code>{delivery.id}</Code>,
          })}
        </Text>
        <Code block tabIndex={0}>
          {JSON.stringify(delivery.data, null, 2)}
        </Code>
        <Title order={2} size="h5">
          {webhookTexts.deliveries.lastAttempts}
        </Title>
        <RowsTable
          label={webhookTexts.deliveries.lastAttempts}
          rows={delivery.attempts.toReversed()}
          rowKey={({ at }) => at}
          columns={[
            { title: words.when, cell: ({ at }) => <DateText at={at} /> },
            { title: webhookTexts.deliveries.result, cell: attemptText },
            { title: words.answer, cell: ({ response }) => response ?? '–' },
          ]}
        />
      </Stack>
    </Dialog>
  );
}

/** "Answered 204. (87 ms)" */
export function attemptText({ error, status, latency_ms: ms }: Attempt): string {
  return `${error ?? webhookTexts.deliveries.answered(status)} (${formatMs(ms)})`;
}
