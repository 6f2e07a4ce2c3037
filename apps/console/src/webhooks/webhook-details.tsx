import { Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { type IssuedSecret, ShownOnce } from '../act/shown-once.js';
import { DateText } from '../dates/date-text.js';
import { Deliveries } from './deliveries.js';
import { useWebhookRefusal } from './use-webhook-refusal.js';
import {
  DeleteWebhook,
  EditWebhook,
  RotateSecret,
  SwitchWebhook,
  TestWebhook,
  type Webhook,
} from './webhook-sheets.js';
import { WebhookState } from './webhook-state.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';
import { webhookTexts } from './webhooks.texts.js';

/** One webhook of a tenant or of the platform: its state, what can be done with it, and its deliveries. */
export function WebhookDetails({ webhook, onDeleted }: { webhook: Webhook; onDeleted: () => void }) {
  return (
    <Stack>
      <WebhookFacts webhook={webhook} />
      <WebhookActs webhook={webhook} onDeleted={onDeleted} />
      <Deliveries webhook={webhook} />
    </Stack>
  );
}

function WebhookFacts({ webhook }: { webhook: Webhook }) {
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <WebhookState state={webhook.state} />
        {webhook.state_reason !== null && <Text size="sm">{webhook.state_reason}</Text>}
      </Group>
      <Text size="sm">{webhook.events.join(', ')}</Text>
      {webhook.failing_since !== null && (
        <Text size="sm">
          {fillIn(webhookTexts.failingSince, { date: <DateText at={webhook.failing_since} /> })}
        </Text>
      )}
      {webhook.rotation_ends_at !== null && (
        <Text size="sm">
          {fillIn(webhookTexts.rotationEnds, { date: <DateText at={webhook.rotation_ends_at} /> })}
        </Text>
      )}
    </Stack>
  );
}

const acts = ['test', 'edit', 'switch', 'rotate', 'delete'] as const;

function WebhookActs({ webhook, onDeleted }: { webhook: Webhook; onDeleted: () => void }) {
  const [open, setOpen] = useState<(typeof acts)[number] | null>(null);
  const [secret, setSecret] = useState<IssuedSecret | null>(null);
  const reason = useWebhookRefusal();
  const labels = {
    test: webhookTexts.testing.title,
    edit: words.change,
    switch: webhook.state === 'disabled' ? webhookTexts.switching.start : webhookTexts.switching.stop,
    rotate: webhookTexts.rotation.title,
    delete: words.delete,
  };
  const sheet = { webhook, onClose: () => setOpen(null) };
  return (
    <Group gap="xs">
      {acts.map((act) => (
        <ActButton key={act} reason={reason} size="xs" variant="default" onClick={() => setOpen(act)}>
          {labels[act]}
        </ActButton>
      ))}
      {open === 'test' && <TestWebhook {...sheet} />}
      {open === 'edit' && <EditWebhook {...sheet} />}
      {open === 'switch' && <SwitchWebhook {...sheet} />}
      {open === 'rotate' && <RotateSecret {...sheet} onSecret={setSecret} />}
      {open === 'delete' && <DeleteWebhook {...sheet} onDeleted={onDeleted} />}
      {secret && <ShownOnce {...secret} onClose={() => setSecret(null)} />}
    </Group>
  );
}
