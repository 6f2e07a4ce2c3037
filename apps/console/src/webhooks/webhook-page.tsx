import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { reasonAgainst } from '../act/permission.js';
import { ShownOnce } from '../act/shown-once.js';
import { DateText } from '../dates/date-text.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useSession } from '../session/session-context.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { Deliveries } from './deliveries.js';
import {
  DeleteWebhook,
  EditWebhook,
  RotateSecret,
  SwitchWebhook,
  TestWebhook,
  type Webhook,
} from './webhook-sheets.js';
import { WebhookState } from './webhooks-page.js';

export function WebhookPage() {
  const { webhookId = '' } = useParams();
  const query = useTenantQuery('/v1/webhooks/{id}', { params: { id: webhookId } });
  return (
    <Screen
      title={query.data?.url ?? 'Webhook'}
      about={
        <Anchor component={Link} to=".." relative="path" inherit>
          All webhooks
        </Anchor>
      }
    >
      <Loaded query={query}>
        {(webhook) => (
          <Stack>
            <WebhookFacts webhook={webhook} />
            <WebhookActs webhook={webhook} />
            <Deliveries webhookId={webhook.id} />
          </Stack>
        )}
      </Loaded>
    </Screen>
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
          No attempt has succeeded since <DateText at={webhook.failing_since} />.
        </Text>
      )}
      {webhook.rotation_ends_at !== null && (
        <Text size="sm">
          Both secrets sign until <DateText at={webhook.rotation_ends_at} />.
        </Text>
      )}
    </Stack>
  );
}

const acts = ['test', 'edit', 'switch', 'rotate', 'delete'] as const;

function WebhookActs({ webhook }: { webhook: Webhook }) {
  const [open, setOpen] = useState<(typeof acts)[number] | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const navigate = useNavigate();
  const reason = reasonAgainst(useSession(), { scope: 'config:write' });
  const words = {
    test: 'Send a test',
    edit: 'Change',
    switch: webhook.state === 'disabled' ? 'Start' : 'Stop',
    rotate: 'Rotate the secret',
    delete: 'Delete',
  };
  const sheet = { webhook, onClose: () => setOpen(null) };
  const goBack = (): void => void navigate('..', { relative: 'path' });
  return (
    <Group gap="xs">
      {acts.map((act) => (
        <ActButton key={act} reason={reason} size="xs" variant="default" onClick={() => setOpen(act)}>
          {words[act]}
        </ActButton>
      ))}
      {open === 'test' && <TestWebhook {...sheet} />}
      {open === 'edit' && <EditWebhook {...sheet} />}
      {open === 'switch' && <SwitchWebhook {...sheet} />}
      {open === 'rotate' && <RotateSecret {...sheet} onSecret={setSecret} />}
      {open === 'delete' && <DeleteWebhook {...sheet} onDeleted={goBack} />}
      {secret !== null && (
        <ShownOnce title="The new secret" secret={secret} onClose={() => setSecret(null)} />
      )}
    </Group>
  );
}
