import { Code, Stack, Text, Title } from '@mantine/core';
import { Dialog } from '../act/dialog.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { RowsTable } from '../lists/paged-table.js';
import { formatMs } from '../numbers/format.js';

export type Delivery = Schema<'WebhookDeliveryResponse'>;
type Attempt = Delivery['attempts'][number];

/** What was sent, and what each attempt was answered. */
export function DeliveryDetails({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  return (
    <Dialog title={delivery.event} size="lg" onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm">
          Its id, the header <Code>webhook-id</Code>: <Code>{delivery.id}</Code>
        </Text>
        <Code block tabIndex={0}>
          {JSON.stringify(delivery.data, null, 2)}
        </Code>
        <Title order={2} size="h5">
          Last attempts
        </Title>
        <RowsTable
          label="Last attempts"
          rows={delivery.attempts.toReversed()}
          rowKey={({ at }) => at}
          columns={[
            { title: 'When', cell: ({ at }) => <DateText at={at} /> },
            { title: 'Result', cell: attemptText },
            { title: 'Answer', cell: ({ response }) => response ?? '–' },
          ]}
        />
      </Stack>
    </Dialog>
  );
}

/** "Answered 204. (87 ms)" */
export function attemptText({ error, status, latency_ms: ms }: Attempt): string {
  return `${error ?? `Answered ${status}.`} (${formatMs(ms)})`;
}
