import { Checkbox, SimpleGrid, TextInput } from '@mantine/core';
import '@mantine/core/styles/SimpleGrid.css';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ReviewSheet } from '../act/review-sheet.js';
import { ShownOnce } from '../act/shown-once.js';
import { call } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { eventNames } from './event-names.js';

type Body = Schema<'PlatformWebhookRequest'>;

const path = '/v1/platform/webhooks';

/** Adds a webhook; its secret is shown once. */
export function CreateWebhook({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [headers] = useState(createIdempotencyHeaders);
  const [body, setBody] = useState<Body>({ url: '', events: [] });
  const [secret, setSecret] = useState<string | null>(null);
  const create = async (): Promise<false> => {
    setSecret((await call('post', path, { body, headers })).data.secret);
    await client.invalidateQueries({ queryKey: [path] });
    return false;
  };
  if (secret !== null) return <ShownOnce title="Secret of the webhook" secret={secret} onClose={onClose} />;
  return (
    <ReviewSheet
      title="Add a webhook"
      action={`Tell it of ${body.events.length} ${body.events.length === 1 ? 'event' : 'events'}`}
      isReady={/^https?:\/\/./.test(body.url) && body.events.length > 0}
      request={{ method: 'POST', url: path, body, headers }}
      onConfirm={create}
      onClose={onClose}
    >
      <TextInput
        label="Address"
        placeholder="https://ops.example/hooks"
        value={body.url}
        required
        onChange={(event) => setBody({ ...body, url: event.currentTarget.value })}
        data-autofocus
      />
      <Checkbox.Group
        label="Events"
        value={body.events}
        onChange={(events) => setBody({ ...body, events: events as Body['events'] })}
      >
        <SimpleGrid cols={{ base: 1, sm: 2 }} mt={4} spacing={6}>
          {eventNames.map((name) => (
            <Checkbox key={name} value={name} label={name} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
    </ReviewSheet>
  );
}
